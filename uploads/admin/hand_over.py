"""Giving somebody's files to somebody else, from the page of a person."""

from typing import Any

from django import forms

from common.errors import DomainError
from permissions.access import Access, scope
from permissions.admin import theme
from permissions.models import Organization, User
from permissions.services.delegation import people_here
from uploads.accounts.deletion import hand_over_files


class HandOverForm(forms.Form):
    """Who gets the files; where the sender acts in all organizations, also of which one."""

    organization = forms.ModelChoiceField(Organization.objects.none(), widget=theme.SelectWidget)
    to = forms.ModelChoiceField(User.objects.none(), label="New owner", widget=theme.SelectWidget)

    def __init__(self, *args: Any, person: User, access: Access, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.access = person, access
        own = scope(Organization.objects.all(), access, "pk")
        fields: dict[str, Any] = self.fields
        fields["organization"].queryset = own
        fields["organization"].initial = access.organization_id
        fields["to"].queryset = people_here(access).exclude(pk=person.pk)

    def hand_over(self) -> int | None:
        """Do it; returns how many files, or None where the services refused (an error of the form)."""
        chosen = self.cleaned_data
        try:
            return hand_over_files(
                user=self.person, to=chosen["to"], organization=chosen["organization"], by=self.access.user_id
            )
        except DomainError:
            self.add_error("to", "Not a member of that organization.")
            return None
