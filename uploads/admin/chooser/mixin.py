"""The chooser for models with foreign keys to uploads, in the admin of this or another project."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from uploads.admin.chooser.fields import UploadChoiceField
from uploads.usages.record import follow_field


class UploadChooserMixin(ModelAdmin):
    """A mixin before ModelAdmin: foreign keys to uploads become choosers, and usages follow saves and deletions.

    `upload_fields` maps the name of each such field to the upload types to choose from (none: any). Usages name the
    model (`shop.product`), the row and the field. If services of the model write them, set `follows_usages` to False.
    """

    upload_fields: Mapping[str, Collection[str]] = {}
    follows_usages = True

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        """Return a chooser for each field of `upload_fields`."""
        if db_field.name not in self.upload_fields:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        return UploadChoiceField(
            request=request,
            types=self.upload_fields[db_field.name],
            label=str(db_field.verbose_name).capitalize(),
            help_text=db_field.help_text,
            required=not db_field.blank,
        )

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Leave out the links to another admin page that Django adds to foreign keys: the dialog replaces them."""
        if isinstance(db_field, ForeignKey) and db_field.name in self.upload_fields:
            return self.formfield_for_foreignkey(db_field, request, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm]:
        """Keep the present files of the row as choices, and show files of its organization."""
        form = super().get_form(request, obj, change=change, **kwargs)
        for name in self.upload_fields:
            field = form.base_fields.get(name)
            if isinstance(field, UploadChoiceField) and obj is not None:
                field.kept = getattr(obj, f"{name}_id")
                field.widget.organization = getattr(obj, "organization_id", None)
        return form

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        """Record the usages of the chosen files in the transaction that saves the row."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if self.follows_usages:
                self._follow(obj, {name: getattr(obj, f"{name}_id") for name in self.upload_fields})

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        """Release the usages of the row's files in the transaction that deletes it."""
        with transaction.atomic():
            if self.follows_usages:
                self._follow(obj, dict.fromkeys(self.upload_fields))
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        with transaction.atomic():
            for obj in queryset if self.follows_usages else ():
                self._follow(obj, dict.fromkeys(self.upload_fields))
            super().delete_queryset(request, queryset)

    def usage_address(self, obj: Model) -> str:
        """Return the address of the row, which its usages show; empty if it has none."""
        meta, site = obj._meta, self.admin_site.name
        return reverse(f"{site}:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])

    def _follow(self, obj: Model, uploads: Mapping[str, UUID | None]) -> None:
        for field, upload_id in uploads.items():
            follow_field(
                upload_id=upload_id,
                entity_type=obj._meta.label_lower,
                entity_id=str(obj.pk),
                field=field,
                label=str(obj)[:200],
                url=self.usage_address(obj),
            )
