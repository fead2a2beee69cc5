"""Organizations, as their administrators and superusers see them."""

from typing import ClassVar

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from permissions.admin.admin_types import Fieldsets
from permissions.admin.base import SUPERUSERS, TenantAdmin
from permissions.choices import Permission
from permissions.models import Organization
from permissions.services.memberships import seed_roles

OWN_FIELDS = ("name", "slug", "public_listing")
OPERATOR_FIELDS = ("is_active", "is_default", "storage_quota", "user_quota")


@admin.register(Organization)
class OrganizationAdmin(TenantAdmin[Organization]):
    """Administrators change the name; superusers also change quotas, and add organizations."""

    grants = {"view": Permission.VIEW_ORGANIZATION, "change": Permission.CHANGE_ORGANIZATION, "add": SUPERUSERS}
    organization_lookup = "pk"
    list_display = ["name", "slug", "is_active", "is_default", "public_listing", "created_at"]
    search_fields = ["search_text"]
    fieldsets: ClassVar[Fieldsets] = [
        (None, {"fields": OWN_FIELDS}),
        (_("Operation"), {"fields": [*OPERATOR_FIELDS, "created_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Organization | None = None) -> list[str]:
        """Let only superusers change the slug, the quotas, and whether the organization is active."""
        operator = () if request.user.is_superuser else OPERATOR_FIELDS
        slug = [] if request.user.is_superuser else ["slug"]  # clients name the organization by it
        return [*operator, *slug, "created_at"]

    def save_model(self, request: HttpRequest, obj: Organization, form: ModelForm, change: bool) -> None:
        """Give a new organization its roles."""
        super().save_model(request, obj, form, change)
        if not change:
            seed_roles(organization=obj)
