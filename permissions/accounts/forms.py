"""The forms of new accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from permissions.admin.fields import SizeField
from permissions.models import User
from permissions.services.installation import NewOrganization, proposed_slug
from permissions.services.passwords import require_strong_password


class NewPersonForm(forms.ModelForm):
    """User name, name and password of a person who makes their own account."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least 8 characters, and not only digits."),
    )

    class Meta:
        model = User
        fields = ["username", "display_name", "email"]
        labels = {"display_name": gettext_lazy("Your name"), "email": gettext_lazy("Email address")}
        help_texts = {"username": "", "display_name": gettext_lazy("As others see it.")}

    def clean(self) -> dict[str, Any]:
        """Compare the password with the name. Sets it on the instance, which is not saved here."""
        cleaned = super().clean() or self.cleaned_data
        password = cleaned.get("password")
        if password:
            person = User(**{name: cleaned.get(name) or "" for name in self.Meta.fields if name in self.fields})
            try:
                require_strong_password(password, person, attr="password")
            except DomainError as error:
                self.add_error("password", error.detail)
            self.instance.set_password(password)
        return cleaned


class InvitedPersonForm(NewPersonForm):
    """The address is that of the invitation."""

    class Meta(NewPersonForm.Meta):
        fields = ["username", "display_name"]


class SetUpForm(NewPersonForm):
    """The first organization with its quota, and its administrator."""

    organization = forms.CharField(
        label=gettext_lazy("Organization"),
        max_length=150,
        help_text=gettext_lazy("The name of your company or team."),
    )
    slug = forms.SlugField(
        label=gettext_lazy("Short name"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Programs name the organization by it. Empty: made from the name."),
    )
    quota = SizeField(
        label=gettext_lazy("Storage quota"),
        required=False,
        help_text=gettext_lazy("All files of the organization together, such as 50 GB. Empty: no limit."),
    )
    field_order = ("organization", "slug", "quota", "username", "display_name", "email", "password")

    def clean(self) -> dict[str, Any]:
        """Propose the slug from the name."""
        cleaned = super().clean()
        if not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = proposed_slug(cleaned.get("organization", ""))
        return cleaned

    @property
    def new_organization(self) -> NewOrganization:
        return NewOrganization(
            name=self.cleaned_data["organization"], slug=self.cleaned_data["slug"], quota=self.cleaned_data["quota"]
        )
