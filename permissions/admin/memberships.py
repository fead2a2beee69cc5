"""Who has which role."""

from typing import Any

from django.contrib import admin
from django.db.models import Field, QuerySet
from django.http import HttpRequest

from permissions.admin.base import Grants, TenantAdmin, TenantForm, TenantInline
from permissions.admin.filters import RelatedHereFilter
from permissions.admin.tenant import admin_access
from permissions.choices import Permission
from permissions.models import Membership, Role
from permissions.services.administrators import lock_organizations
from permissions.services.delegation import NOT_GRANTABLE, grantable_roles, manageable_roles
from permissions.services.memberships import remove_memberships, save_membership

GRANTS: Grants = {
    "view": Permission.VIEW_MEMBERSHIP,
    "add": Permission.ADD_MEMBERSHIP,
    "change": Permission.CHANGE_MEMBERSHIP,
    "delete": Permission.DELETE_MEMBERSHIP,
}


class MembershipForm(TenantForm):
    """The organization is the role's, so that those who see several need not name it twice."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance._state.adding and cleaned.get("role"):
            self.instance.organization_id = cleaned["role"].organization_id
        return cleaned


class RoleChoiceMixin:
    """Offers (and accepts) only roles that the editor may hand out."""

    def get_field_queryset(self, db: str | None, db_field: Field, request: HttpRequest) -> QuerySet:
        if db_field.related_model is Role:
            return grantable_roles(admin_access(request)).select_related("organization")
        return super().get_field_queryset(db, db_field, request)  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if field is None or db_field.related_model is not Role:
            return field
        field.error_messages["invalid_choice"] = NOT_GRANTABLE
        if admin_access(request).everywhere:
            field.label_from_instance = lambda role: f"{role.organization}: {role.name}"
        return field

    def allows(self, request: HttpRequest, verb: str, row: Any) -> bool:
        """Taking a role away needs all that it grants; turning it into another one is handing out roles."""
        if verb == "view" or not isinstance(row, Membership):
            return True
        roles = manageable_roles if verb == "delete" else grantable_roles
        return roles(admin_access(request)).filter(pk=row.role_id).exists()


@admin.register(Membership)
class MembershipAdmin(RoleChoiceMixin, TenantAdmin):
    """People are offered from the organization alone: adding somebody from elsewhere is the operator's."""

    form = MembershipForm
    grants = GRANTS
    list_display = ["user", "role", "is_default", "created_at"]
    list_filter = [("role", RelatedHereFilter)]
    list_select_related = ["user", "role", "organization"]
    search_fields = ["user__search_text"]
    autocomplete_fields = ["user"]
    fields = ["user", "role"]

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = list(super().get_list_display(request))
        return [*shown, "organization"] if admin_access(request).everywhere else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["user"] if obj else []

    def lock_row(self, row: Membership) -> None:
        lock_organizations([row.organization_id])
        super().lock_row(row)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        save_membership(membership=obj)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        remove_memberships(memberships=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        remove_memberships(memberships=queryset.select_related("role"))


class MembershipInline(RoleChoiceMixin, TenantInline):
    """The roles of one person, in the organizations that the editor sees."""

    model = Membership
    form = MembershipForm
    grants = GRANTS
    fields = ["role"]
    verbose_name = "role"
    verbose_name_plural = "roles"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("role", "organization", "user")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.tenant_id = admin_access(request).organization_id
        return formset
