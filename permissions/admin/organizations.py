"""Organizations, as their administrators and superusers see them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.text import exact_size
from permissions.admin import theme
from permissions.admin.admin_types import FieldNames, Fieldsets
from permissions.admin.base import SUPERUSERS, TenantAdmin
from permissions.admin.fields import SizeField
from permissions.admin.tenant import person_of
from permissions.admin.tenant_form import TenantForm
from permissions.choices import Permission
from permissions.models import Organization
from permissions.services.installation import proposed_slug
from permissions.services.memberships import open_organization

OWN_FIELDS = ("name", "slug", "public_listing")
QUOTAS = ("storage_quota", "user_quota")
SHOWN_QUOTAS = ("storage_quota_shown", "user_quota_shown")
OPERATOR_FIELDS = ("is_active", "is_default")


def _quota_field(label: Any, help_text: Any) -> SizeField:
    return SizeField(label=label, help_text=help_text, required=False, widget=theme.TextInputWidget)


class OrganizationForm(TenantForm):
    """Quotas are typed with units; the slug of a new organization is made from the name where it is left out."""

    storage_quota = _quota_field(
        gettext_lazy("Storage quota"), gettext_lazy("Of all files together, such as 50 GB. Empty: no limit.")
    )
    user_quota = _quota_field(
        gettext_lazy("User quota"), gettext_lazy("Of the files of each person, such as 5 GB. Empty: no limit.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "slug" in self.fields:
            self.fields["slug"].required = False

    def clean_slug(self) -> str:
        """Return the slug, or one from the name."""
        return self.cleaned_data["slug"] or proposed_slug(self.cleaned_data.get("name", ""))


@admin.register(Organization)
class OrganizationAdmin(TenantAdmin[Organization]):
    """Administrators change the name; superusers also change quotas, and add organizations."""

    form = OrganizationForm
    grants = {"view": Permission.VIEW_ORGANIZATION, "change": Permission.CHANGE_ORGANIZATION, "add": SUPERUSERS}
    organization_lookup = "pk"
    list_display = ["name", "slug", "is_active", "is_default", "public_listing", "storage_quota_shown", "created_at"]
    search_fields = ["search_text"]

    def get_fieldsets(self, request: HttpRequest, obj: Organization | None = None) -> Fieldsets:
        """Show quotas as fields to superusers, else as texts."""
        quotas = QUOTAS if request.user.is_superuser else SHOWN_QUOTAS
        operation: FieldNames = [*OPERATOR_FIELDS, *quotas, *(["created_at"] if obj else [])]
        return [(None, {"fields": list(OWN_FIELDS)}), (gettext_lazy("Operation"), {"fields": operation})]

    def get_readonly_fields(self, request: HttpRequest, obj: Organization | None = None) -> list[str]:
        """Let only superusers change the slug, the quotas, and whether the organization is active."""
        if request.user.is_superuser:
            return [*SHOWN_QUOTAS, "created_at"]
        return [*OPERATOR_FIELDS, *SHOWN_QUOTAS, "slug", "created_at"]  # clients name the organization by its slug

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Organization | None = None
    ) -> dict[str, Sequence[str]]:
        """Propose the slug from the name while a new organization is typed."""
        return {} if obj else {"slug": ("name",)}

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Let a new organization list nothing publicly until it is switched on."""
        return {"public_listing": False, **super().get_changeform_initial_data(request)}

    @admin.display(description=gettext_lazy("storage quota"), ordering="storage_quota")
    def storage_quota_shown(self, organization: Organization) -> str:
        return _quota_text(organization.storage_quota)

    @admin.display(description=gettext_lazy("user quota"), ordering="user_quota")
    def user_quota_shown(self, organization: Organization) -> str:
        return _quota_text(organization.user_quota)

    def save_model(self, request: HttpRequest, obj: Organization, form: TenantForm, change: bool) -> None:
        """Give a new organization its roles; a creator who belongs to none becomes its administrator."""
        super().save_model(request, obj, form, change)
        if not change and open_organization(organization=obj, creator=person_of(request)):
            text = _("You belonged to no organization, and are now Administrator of %(organization)s.")
            messages.info(request, text % {"organization": obj})


def _quota_text(quota: int | None) -> str:
    return _("No limit") if quota is None else exact_size(quota)
