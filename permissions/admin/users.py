"""Accounts of people, for superusers and for administrators of an organization.

Not registered here: `uploads.admin.users` adds the deletion of files and registers it.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.rest.origin import origin_of
from permissions.access import Access
from permissions.admin import theme
from permissions.admin.admin_types import Fieldsets
from permissions.admin.base import TenantAdmin
from permissions.admin.memberships import GRANTS, MembershipInline, RoleOfOrganizationField
from permissions.admin.tenant import admin_access, person_of
from permissions.authentication.tokens import revoke_tokens_of
from permissions.errors import LastAdministrator
from permissions.models import Role, User
from permissions.services.administrators import keeping_administrators, lock_organizations, organizations_of_people
from permissions.services.delegation import NOT_GRANTABLE, grantable_roles, manageable_people, people_in_organization
from permissions.services.memberships import (
    add_member,
    deactivate_people,
    require_administrator_without,
    save_memberships,
)
from permissions.services.passwords import password_link

FLAGS = ["is_active", "is_staff"]
PERSON = gettext_lazy("Person")


class PersonCreationForm(theme.UserCreationForm):
    """A new account. An editor in one organization gives it a role there, and could not see it otherwise."""

    access: Access
    role = RoleOfOrganizationField(
        Role.objects.none(),
        label=gettext_lazy("Role"),
        widget=theme.SelectWidget,
        help_text=gettext_lazy(
            "What the person may do, and whether they work in the admin. More roles can be added later."
        ),
    )

    class Meta:
        model = User
        fields = ["username", "display_name", "email"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = self.fields.get("role")
        if isinstance(role, RoleOfOrganizationField):
            role.names_organization = self.access.everywhere
            role.queryset = grantable_roles(self.access).select_related("organization")
            role.required = not self.access.everywhere
            role.error_messages["invalid_choice"] = NOT_GRANTABLE


class PersonChangeForm(theme.UserChangeForm):
    class Meta:
        model = User
        fields = ["username", "display_name", "first_name", "last_name", "email"]


class PersonAdmin(TenantAdmin[User], UserAdmin):
    """Accounts. Permissions come from roles alone: groups and permissions are neither shown nor accepted."""

    form = PersonChangeForm
    add_form = PersonCreationForm
    change_password_form = theme.AdminPasswordChangeForm
    inlines = [MembershipInline]
    grants = GRANTS
    list_display = ["username", "display_name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["search_text"]
    search_help_text = gettext_lazy("User name, names and email address")
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ()
    ordering = ["name_sort", "id"]
    actions = ["deactivate", "make_password_link"]

    def in_organization(self, rows: QuerySet[User], access: Access) -> QuerySet[User]:
        """Return the members of the organization."""
        return rows if access.everywhere else rows.filter(pk__in=people_in_organization(access).values("pk"))

    def allows(self, request: HttpRequest, verb: str, row: User) -> bool:
        return verb == "view" or manageable_people(admin_access(request)).contains(row)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Fieldsets:
        """Show the superuser flag to superusers alone."""
        if obj is None:
            names = ["username", "display_name", "email", "role"]
            return [(None, {"fields": [*names, "is_staff", "usable_password", "password1", "password2"]})]
        flags = [*FLAGS, "is_superuser"] if request.user.is_superuser else FLAGS
        return [
            (None, {"fields": ["username", "password"]}),
            (PERSON, {"fields": ["display_name", "first_name", "last_name", "email"]}),
            (_("Account"), {"fields": [*flags, "last_login", "date_joined"]}),
        ]

    def lock_row(self, row: User) -> None:
        """Lock the person's organizations first, as every change of their administrators does."""
        lock_organizations(organizations_of_people(row))
        super().lock_row(row)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 (Django's)
        """Refuse the removal of the last password by which an organization can be administrated."""
        person = self.get_object(request, unquote(id)) if "unset-password" in request.POST else None
        try:
            with transaction.atomic():
                if person is not None and self.has_change_permission(request, person):
                    require_administrator_without(person=person)
                return super().user_change_password(request, id, form_url)
        except LastAdministrator as error:
            return self.show_refusal(request, error)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> list[type[InlineModelAdmin]]:
        return list(self.inlines) if obj else []

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        """Keep an administrator in each organization; give a new account its role."""
        cleared = {name for name in FLAGS if name in form.changed_data and not form.cleaned_data[name]}
        with keeping_administrators(organizations_of_people(obj) if change and cleared else []):
            super().save_model(request, obj, form, change)
            if change and "is_active" in cleared:
                revoke_tokens_of([obj])
        if not change and form.cleaned_data.get("role"):
            add_member(user=obj, role=form.cleaned_data["role"])

    def save_formset(
        self, request: HttpRequest, form: forms.ModelForm, formset: forms.BaseInlineFormSet, change: bool
    ) -> None:
        """Save memberships through the service, which sets the organization of each role."""
        saved = formset.save(commit=False)
        save_memberships(saved=saved, removed=formset.deleted_objects)
        formset.save_m2m()

    @admin.action(description=gettext_lazy("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """End sign-in, sessions and tokens at once; files stay. The editor's own account is left out."""
        allowed = people.filter(pk__in=manageable_people(admin_access(request)).values("pk"), is_active=True)
        selected = list(allowed.exclude(pk=person_of(request).pk))
        deactivate_people(people=selected)
        for person in selected:
            self.log_change(request, person, _("Deactivated."))
        text = ngettext("%(count)s account was deactivated.", "%(count)s accounts were deactivated.", len(selected))
        self.message_user(request, text % {"count": len(selected)}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Make a link to a new password"), permissions=["change"])
    def make_password_link(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Show a link for one person, to hand over: it works once, and its owner chooses the password."""
        allowed = people.filter(pk__in=manageable_people(admin_access(request)).values("pk"), is_active=True)
        selected = list(allowed[:2])
        if len(selected) != 1:
            self.message_user(request, _("Select one active person whose account you may change."), messages.ERROR)
            return
        (person,) = selected
        self.log_change(request, person, _("Made a link to a new password."))
        text = _("Hand this link to %(person)s. It works once, for four hours, and is shown only now:")
        link = password_link(person, origin_of(request))
        message = format_html("{} <code>{}</code>", text % {"person": person}, link)
        self.message_user(request, message, messages.SUCCESS)
