"""Models with foreign keys to uploads, in the admin of this or another project."""

from collections.abc import Collection, Mapping
from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from uploads.admin.chooser.fields import UploadChoiceField
from uploads.usages.record import follow_field


class UploadChooserMixin:
    """Put before ModelAdmin: foreign keys to uploads become choosers, and usages follow what is saved and deleted.

    `upload_fields` maps the name of each such field to the upload types to choose from (none: any). Usages name the
    model (`shop.product`), the row and the field. Where the model's own services write them, set `follows_usages`
    to False.
    """

    upload_fields: Mapping[str, Collection[str]] = {}
    follows_usages = True

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name not in self.upload_fields:
            return cast(Any, super()).formfield_for_foreignkey(db_field, request, **kwargs)
        return UploadChoiceField(
            request=request,
            types=self.upload_fields[db_field.name],
            label=db_field.verbose_name.capitalize(),
            help_text=db_field.help_text,
            required=not db_field.blank,
        )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without the links to another admin page that Django puts around foreign keys: the dialog does it."""
        if db_field.name in self.upload_fields:
            return self.formfield_for_foreignkey(db_field, request, **kwargs)
        return cast(Any, super()).formfield_for_dbfield(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = cast(Any, super()).get_form(request, obj, change=change, **kwargs)
        for name in self.upload_fields:
            if name in form.base_fields and obj is not None:
                form.base_fields[name].kept = getattr(obj, f"{name}_id")
                form.base_fields[name].widget.organization = getattr(obj, "organization_id", None)
        return form

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        with transaction.atomic():
            cast(Any, super()).save_model(request, obj, form, change)
            if self.follows_usages:
                self._follow(obj, {name: getattr(obj, f"{name}_id") for name in self.upload_fields})

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        with transaction.atomic():
            if self.follows_usages:
                self._follow(obj, dict.fromkeys(self.upload_fields))
            cast(Any, super()).delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        with transaction.atomic():
            for obj in queryset if self.follows_usages else ():
                self._follow(obj, dict.fromkeys(self.upload_fields))
            cast(Any, super()).delete_queryset(request, queryset)

    def usage_address(self, obj: Model) -> str:
        """Where the row is found by those who ask where a file is used; empty for nowhere."""
        meta, site = obj._meta, cast(ModelAdmin, self).admin_site.name
        return reverse(f"{site}:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])

    def _follow(self, obj: Model, uploads: Mapping[str, Any]) -> None:
        for field, upload_id in uploads.items():
            follow_field(
                upload_id=upload_id,
                entity_type=obj._meta.label_lower,
                entity_id=str(obj.pk),
                field=field,
                label=str(obj)[:200],
                url=self.usage_address(obj),
            )
