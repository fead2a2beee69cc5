"""The roles of people."""

from typing import Any, TypeVar, cast

from django.contrib import admin
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.forms import BaseInlineFormSet, ModelChoiceField, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from permissions.admin.admin_types import Columns
from permissions.admin.base import AccessControlledAdmin, Grants, TenantAdmin, TenantInline
from permissions.admin.filters import RelatedInOrganizationFilter
from permissions.admin.tenant import admin_access
from permissions.admin.tenant_form import TenantForm
from permissions.choices import Permission
from permissions.models import Membership, Role, User
from permissions.services.administrators import lock_organizations
from permissions.services.delegation import NOT_GRANTABLE, grantable_roles, manageable_roles
from permissions.services.memberships import remove_memberships, save_membership

Row = TypeVar("Row", bound=Model)

GRANTS: Grants = {
    "view": Permission.VIEW_MEMBERSHIP,
    "add": Permission.ADD_MEMBERSHIP,
    "change": Permission.CHANGE_MEMBERSHIP,
    "delete": Permission.DELETE_MEMBERSHIP,
}


class MembershipForm(TenantForm):
    """The form of a membership, whose organization is that of the role."""

    def clean(self) -> dict[str, Any]:
        """Take the organization of the chosen role."""
        cleaned = super().clean()
        if self.instance._state.adding and cleaned.get("role"):
            self.instance.organization_id = cleaned["role"].organization_id
        return cleaned


class RoleOfOrganizationField(ModelChoiceField):
    """Shows the organization of each role, for people who act in all of them."""

    names_organization = True

    def label_from_instance(self, obj: Role) -> str:
        return f"{obj.organization}: {obj.name}" if self.names_organization else obj.name


class RoleChoiceMixin(AccessControlledAdmin[Row]):
    """Offers (and accepts) only roles that the editor may grant."""

    def get_field_queryset(self, db: str | None, db_field: Field, request: HttpRequest) -> QuerySet[Model] | None:
        """Offer the roles that the editor may grant; other rows as their own admin does."""
        if db_field.related_model is Role:
            return grantable_roles(admin_access(request)).select_related("organization")
        return super().get_field_queryset(db, db_field, request)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        if db_field.related_model is not Role:
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        if admin_access(request).everywhere:
            kwargs["form_class"] = RoleOfOrganizationField
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.error_messages["invalid_choice"] = NOT_GRANTABLE
        return field

    def allows(self, request: HttpRequest, verb: str, row: Row) -> bool:
        """Allow the removal of manageable roles and changes of grantable ones, which another role may replace."""
        if verb == "view" or not isinstance(row, Membership):
            return True
        roles = manageable_roles if verb == "delete" else grantable_roles
        return roles(admin_access(request)).filter(pk=row.role_id).exists()


@admin.register(Membership)
class MembershipAdmin(RoleChoiceMixin[Membership], TenantAdmin[Membership]):
    """Memberships of the organization. Only its people are offered; the operator adds people of another one."""

    form = MembershipForm
    grants = GRANTS
    list_display = ["user", "role", "is_default", "created_at"]
    list_filter = [("role", RelatedInOrganizationFilter)]
    list_select_related = ["user", "role", "organization"]
    search_fields = ["user__search_text"]
    autocomplete_fields = ["user"]
    fields = ["user", "role"]

    def get_list_display(self, request: HttpRequest) -> Columns:
        columns = super().get_list_display(request)
        return [*columns, "organization"] if admin_access(request).everywhere else columns

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> list[str]:
        return ["user"] if obj else []

    def lock_row(self, row: Membership) -> None:
        """Lock the organization first: the number of its administrators depends on the row."""
        lock_organizations([row.organization_id])
        super().lock_row(row)

    def save_model(self, request: HttpRequest, obj: Membership, form: ModelForm, change: bool) -> None:
        """Write through the service, which keeps an administrator in the organization."""
        save_membership(membership=obj)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        remove_memberships(memberships=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        remove_memberships(memberships=queryset.select_related("role"))


class MembershipInline(RoleChoiceMixin, TenantInline):
    """The roles of one person, in the organizations that the editor sees."""

    model = Membership
    form = MembershipForm
    grants = GRANTS
    fields = ["role"]
    verbose_name = _("role")
    verbose_name_plural = _("roles")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("role", "organization", "user")

    def get_formset(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type[BaseInlineFormSet]:
        formset: type[BaseInlineFormSet] = super().get_formset(request, obj, **kwargs)
        cast(type[TenantForm], formset.form).tenant_id = admin_access(request).organization_id
        return formset
