"""The avatar of a person in the organization, on the page of the account."""

from typing import Any, cast
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from permissions.admin.admin_types import Fieldsets
from permissions.admin.tenant import admin_access, has_organization
from permissions.admin.users import PERSON, PersonChangeForm
from permissions.choices import Permission
from permissions.models import User
from uploads.admin.chooser import UploadChoiceField
from uploads.choices import UploadType
from uploads.models import Usage
from uploads.usages.avatars import AVATAR_FIELD, USER_ENTITY, remove_avatar, set_avatar


class AvatarForm(PersonChangeForm):
    """The form of an account with the avatar in the organization."""

    tenant_id: UUID

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("avatar")
        if isinstance(field, UploadChoiceField):
            self.initial["avatar"] = field.kept = avatar_of(self.instance, self.tenant_id)


class AvatarMixin(ModelAdmin):
    """A mixin for the admin of people: offers the avatar to editors who act in one organization."""

    def _offers_avatar(self, request: HttpRequest, obj: User | None) -> bool:
        access = admin_access(request)
        if obj is None or access.everywhere or not has_organization(access) or not access.has(Permission.MEDIA_VIEW):
            return False
        return self.has_change_permission(request, obj)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        """Add the chooser of the avatar."""
        if self._offers_avatar(request, obj):
            field = UploadChoiceField(request=request, types=[UploadType.AVATAR], label=_("Avatar"), required=False)
            kwargs["form"] = type("PersonWithAvatarForm", (AvatarForm,), {"avatar": field})
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Fieldsets:
        fieldsets = super().get_fieldsets(request, obj)
        if not self._offers_avatar(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": [*options["fields"], "avatar"]} if title is PERSON else options)
            for title, options in fieldsets
        ]

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        """Record or release the usage of the picture in the same transaction."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if "avatar" not in form.changed_data:
                return
            if form.cleaned_data["avatar"]:
                set_avatar(user_id=obj.pk, upload=form.cleaned_data["avatar"])
            else:
                remove_avatar(user_id=obj.pk, organization_id=cast(AvatarForm, form).tenant_id)


def avatar_of(person: User, organization_id: UUID) -> UUID | None:
    """Return the id of the person's avatar in that organization, or None."""
    usages = Usage.objects.filter(entity_type=USER_ENTITY, entity_id=str(person.pk), field=AVATAR_FIELD)
    return usages.filter(upload__organization_id=organization_id).values_list("upload_id", flat=True).first()
