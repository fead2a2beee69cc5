"""Roles: named sets of permissions, with a checkbox for each permission."""

from typing import Any, Protocol

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from permissions.admin import theme
from permissions.admin.admin_types import FieldNames
from permissions.admin.base import TenantAdmin
from permissions.admin.tenant import admin_access
from permissions.admin.tenant_form import TenantForm
from permissions.choices import Permission
from permissions.models import Role
from permissions.services.administrators import lock_organizations
from permissions.services.delegation import manageable_roles
from permissions.services.memberships import change_role, delete_roles, save_new_role

VERBS = {"add", "change", "delete", "view"}
LABELS = {
    "files": _("Files"),
    "category": _("Category"),
    "content": _("Content"),
    "libraryresource": _("Library resource"),
    "membership": _("Membership"),
    "organization": _("Organization"),
    "resource": _("Resource"),
    "role": _("Role"),
}


class RoleWithMembers(Protocol):
    """A role of the list, with the number of people who have it."""

    members: int


def permissions_by_noun() -> dict[str, list[Permission]]:
    """Return the permissions grouped as people look for them: files first, then each noun."""
    groups: dict[str, list[Permission]] = {}
    for permission in Permission:
        verb, _, noun = permission.value.partition("_")
        groups.setdefault(noun if verb in VERBS else "files", []).append(permission)
    return dict(sorted(groups.items(), key=lambda group: (group[0] != "files", group[0])))


def _field_name(noun: str) -> str:
    return f"may_{noun}"


class RoleForm(TenantForm):
    """A name, and a list of checkboxes for each noun. Permissions that the editor lacks are refused."""

    class Meta:
        model = Role
        fields = ["name", "works_in_admin"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = self._held()
        for noun, members in permissions_by_noun().items():
            field = self.fields.get(_field_name(noun))
            if not isinstance(field, forms.MultipleChoiceField):
                continue
            field.choices = [(one.value, one.label) for one in members if self.access.has(one)]
            field.initial = [one.value for one in members if one.value in held]

    def _held(self) -> set[str]:
        if self.instance._state.adding:
            return set()
        return set(self.instance.group.permissions.values_list("codename", flat=True))

    def ticked(self) -> frozenset[Permission]:
        """Return the permissions whose boxes are ticked."""
        values = (self.cleaned_data.get(_field_name(noun), []) for noun in permissions_by_noun())
        return frozenset(Permission(value) for group in values for value in group)


def _checkboxes(noun: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=LABELS[noun], required=False, widget=theme.CheckboxesWidget, choices=())


RoleAdminForm: type[RoleForm] = type(
    "RoleAdminForm", (RoleForm,), {_field_name(noun): _checkboxes(noun) for noun in permissions_by_noun()}
)


@admin.register(Role)
class RoleAdmin(TenantAdmin[Role]):
    """A person cannot grant a permission that they lack, nor change a role that grants more than they have."""

    form = RoleAdminForm
    grants = {
        "view": Permission.VIEW_ROLE,
        "add": Permission.ADD_ROLE,
        "change": Permission.CHANGE_ROLE,
        "delete": Permission.DELETE_ROLE,
    }
    list_display = ["name", "works_in_admin", "members"]
    search_fields = ["search_text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Role]:
        """Add the number of members: one query for the whole list."""
        return super().get_queryset(request).select_related("organization").annotate(members=Count("memberships"))

    def get_fields(self, request: HttpRequest, obj: Role | None = None) -> FieldNames:
        """Leave out nouns of which the editor has no permission."""
        access = admin_access(request)
        if obj is not None and not self.has_change_permission(request, obj):
            return ["name", "works_in_admin", "granted"]
        nouns = [noun for noun, members in permissions_by_noun().items() if any(access.has(one) for one in members)]
        kept = {"name", "works_in_admin", "organization", *(_field_name(noun) for noun in nouns)}
        return [name for name in super().get_fields(request, obj) if name in kept]

    def get_readonly_fields(self, request: HttpRequest, obj: Role | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "granted"]

    @admin.display(description=_("permissions"))
    def granted(self, role: Role) -> str:
        """Return the labels of the granted permissions, for people who may only view the role."""
        held = set(role.group.permissions.values_list("codename", flat=True))
        return ", ".join(str(one.label) for one in Permission if one.value in held) or "-"

    def allows(self, request: HttpRequest, verb: str, row: Role) -> bool:
        """Allow changes only of roles whose permissions the editor has."""
        return verb == "view" or manageable_roles(admin_access(request)).contains(row)

    @admin.display(ordering="members", description=_("members"))
    def members(self, role: RoleWithMembers) -> int:
        return role.members

    def lock_row(self, row: Role) -> None:
        """Lock the organization first: its administrators depend on what its roles grant."""
        lock_organizations([row.organization_id])
        super().lock_row(row)

    def save_model(self, request: HttpRequest, obj: Role, form: RoleForm, change: bool) -> None:
        if change:
            change_role(role=obj, permissions=form.ticked())
        else:
            save_new_role(role=obj, permissions=form.ticked())

    def delete_model(self, request: HttpRequest, obj: Role) -> None:
        delete_roles(roles=[obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Role]) -> None:
        delete_roles(roles=list(queryset.select_related("group")))
