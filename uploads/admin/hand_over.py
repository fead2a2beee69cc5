"""The page that hands over the files of a person to another member of the organization."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.errors import DomainError
from permissions.access import Access, scope
from permissions.admin import theme
from permissions.admin.pages import FORM_METHODS, ModelPage
from permissions.models import Organization, User
from permissions.services.delegation import people_in_organization
from uploads.accounts.deletion import hand_over_files


class HandOverForm(forms.Form):
    """The new owner, and the organization of the files if the sender acts in all of them."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label=gettext_lazy("Organization"), widget=theme.SelectWidget
    )
    to = forms.ModelChoiceField(User.objects.none(), label=gettext_lazy("New owner"), widget=theme.SelectWidget)

    def __init__(self, *args: Any, person: User, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("organization", scope(Organization.objects.all(), access, "pk"))
        self._offer("to", people_in_organization(access).exclude(pk=person.pk))
        self.fields["organization"].initial = access.organization_id

    def _offer(self, name: str, rows: QuerySet[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows


class HandOverPage(ModelPage):
    """Hands the person's files in an organization over to another member of it."""

    route = "<uuid:pk>/hand-over/"
    name = "permissions_user_hand_over"
    template_name = "admin/uploads/upload_form.html"
    verbs = ("view", "hand_over")
    http_method_names = FORM_METHODS

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        person = self._person(pk)
        return self._show(person, self._form(person))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        person = self._person(pk)
        form = self._form(person)
        if not form.is_valid():
            return self._show(person, form)
        organization, to = form.cleaned_data["organization"], form.cleaned_data["to"]
        try:
            count = hand_over_files(user=person, to=to, organization=organization, by=self.access.user_id)
        except DomainError:
            form.add_error("to", _("Not a member of that organization."))
            return self._show(person, form)
        self._report(person, to, count)
        return redirect("admin:permissions_user_change", person.pk)

    def _person(self, pk: UUID) -> User:
        return get_object_or_404(self.model_admin.get_queryset(self.request), pk=pk)

    def _form(self, person: User) -> HandOverForm:
        return HandOverForm(self.request.POST or None, person=person, access=self.access)

    def _show(self, person: User, form: HandOverForm) -> HttpResponseBase:
        title = _("Hand over the files of %(name)s") % {"name": person}
        return self.render({"title": title, "form": form, "button": _("Hand over")})

    def _report(self, person: User, to: User, count: int) -> None:
        logged = ngettext("Handed over %(count)s file to %(name)s.", "Handed over %(count)s files to %(name)s.", count)
        self.model_admin.log_change(self.request, person, logged % {"count": count, "name": to.username})
        text = ngettext("%(count)s file now belongs to %(name)s.", "%(count)s files now belong to %(name)s.", count)
        messages.success(self.request, text % {"count": count, "name": to})
