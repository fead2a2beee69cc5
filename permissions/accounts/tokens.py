"""The named tokens of one's own account: made, shown once, revoked."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView

from common.db.ids import parse_id
from common.errors import DomainError
from permissions.accounts.pages import OwnAccountPage
from permissions.admin import theme
from permissions.authentication.tokens import issue_named_token, named_tokens
from permissions.choices import Permission
from permissions.models import ApiToken, User
from permissions.token_scopes import FULL, READ

SOME = "some"


class TokenForm(forms.Form):
    """A name, a scope and a life."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=ApiToken.NAME_LENGTH,
        help_text=gettext_lazy("What uses it, such as “Website”."),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Scope"),
        widget=theme.SelectWidget,
        choices=[
            (READ, gettext_lazy("Read what I may see")),
            (SOME, gettext_lazy("Only the permissions chosen below, as far as I have them")),
            (FULL, gettext_lazy("Everything that I may do")),
        ],
    )
    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("Permissions"), required=False, widget=theme.CheckboxesWidget, choices=Permission.choices
    )
    days = forms.IntegerField(
        label=gettext_lazy("Days until it expires"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=gettext_lazy("Empty: it does not expire."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for permissions where they are the scope."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("scope") == SOME and not cleaned.get("permissions"):
            self.add_error("permissions", _("Choose at least one permission."))
        return cleaned

    def token_fields(self) -> dict[str, Any]:
        """Return the arguments of `issue_named_token`."""
        days, scope = self.cleaned_data["days"], self.cleaned_data["scope"]
        return {
            "name": self.cleaned_data["name"],
            "scope": self.cleaned_data["permissions"] if scope == SOME else scope,
            "expires_at": timezone.now() + timedelta(days=days) if days else None,
        }


class TokensPage(OwnAccountPage, FormView):
    """Lists the tokens of the person, and makes one."""

    template_name = "account/tokens.html"
    title = gettext_lazy("API tokens")
    lead = gettext_lazy("A front end or a machine signs in with a token instead of your password. Give each its own.")
    submit_text = gettext_lazy("Create the token")
    link, link_text = reverse_lazy("account:overview"), gettext_lazy("Back to your account")
    form_class = TokenForm

    @property
    def person(self) -> User:
        return User.objects.get(username=self.request.user.get_username())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Revoke the token that a button names, else create one."""
        if "revoke" not in request.POST:
            return super().post(request, *args, **kwargs)
        token_id = parse_id(request.POST["revoke"])
        if token_id and named_tokens(self.person).filter(pk=token_id).delete()[0]:
            messages.success(request, _("The token is revoked."))
        return redirect("account:tokens")

    def form_valid(self, form: TokenForm) -> HttpResponse:
        """Show the token once."""
        try:
            token, _row = issue_named_token(user=self.person, **form.token_fields())
        except DomainError as error:
            form.add_error(None, error.detail)
            return self.form_invalid(form)
        messages.success(
            self.request, format_html("{} <code>{}</code>", _("Copy it now; it is shown only once:"), token)
        )
        return redirect("account:tokens")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "tokens": named_tokens(self.person)}
