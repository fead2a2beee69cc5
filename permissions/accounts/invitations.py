"""The page of an invitation: a new account, or the account of the person who is signed in, takes the role."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView

from common.errors import DomainError
from permissions.accounts.forms import InvitedPersonForm
from permissions.accounts.installation import BACKEND
from permissions.accounts.pages import AccountPage, count_try
from permissions.models import Invitation, User
from permissions.services.invitations import accept_invitation, find_invitation


class InvitationPage(AccountPage, FormView):
    """Shows who invites to what; a wrong, used or expired link is 400 with a sentence."""

    title = gettext_lazy("Invitation")
    form_class = InvitedPersonForm
    invitation: Invitation

    def refuse(self, error: DomainError) -> HttpResponse:
        self.link = ""
        return super().refuse(error)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._find()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Accept with the account of the session, else with a new one."""
        self._find()
        if request.user.is_authenticated:
            accept_invitation(token=self._token, person=lambda _invitation: self._signed_in())
            return self._welcome()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: InvitedPersonForm) -> HttpResponse:
        """Create the account and give it the role, both or neither; then sign in."""
        user = accept_invitation(token=self._token, person=lambda invitation: _new_person(form, invitation))
        login(self.request, user, backend=BACKEND)
        return self._welcome()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say who invites, and offer the account of the session."""
        context = super().get_context_data(**kwargs)
        if not hasattr(self, "invitation"):
            return context
        context["lead"] = _("%(person)s invites you to “%(organization)s”, as %(role)s.") % {
            "person": self.invitation.created_by,
            "organization": self.invitation.organization,
            "role": self.invitation.role,
        }
        if self.request.user.is_authenticated:
            text = _("Join as %(username)s") % {"username": self.request.user.get_username()}
            return context | {"form": None, "submit_text": text}
        link = f"{reverse('account:sign_in')}?next={self.request.path}"
        return context | {
            "submit_text": _("Create my account"),
            "link": link,
            "link_text": _("I have an account already"),
        }

    @property
    def _token(self) -> str:
        return str(self.kwargs["token"])

    def _find(self) -> None:
        try:
            self.invitation = find_invitation(self._token)
        except DomainError:
            count_try(self.request)
            raise

    def _signed_in(self) -> User:
        return User.objects.get(username=self.request.user.get_username())

    def _welcome(self) -> HttpResponse:
        text = _("You have joined %(organization)s.") % {"organization": self.invitation.organization}
        messages.success(self.request, text)
        return redirect("admin:index" if self._signed_in().works_in_admin else "account:overview")


def _new_person(form: InvitedPersonForm, invitation: Invitation) -> User:
    person: User = form.instance
    person.email = invitation.email
    person.save(force_insert=True)
    return person
