"""Forms of rows that belong to one organization."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from permissions.access import Access


class _Hooks(forms.ModelForm):
    """What Django's stubs leave out."""

    if TYPE_CHECKING:

        def _get_validation_exclusions(self) -> set[str]:
            raise NotImplementedError

        def _update_errors(self, errors: ValidationError) -> None:
            raise NotImplementedError


class TenantForm(_Hooks):
    """A form whose row belongs to `tenant_id`, and that refuses to tie it to rows of another organization.

    The admin sets `tenant_id` (None: the sender acts in all organizations) and `access` on the class of each request.
    """

    tenant_id: UUID | None = None
    access: Access

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.tenant_id and self.instance._state.adding and hasattr(self.instance, "organization_id"):
            self.instance.organization_id = self.tenant_id

    def _get_validation_exclusions(self) -> set[str]:
        """Let constraints that include the organization be checked here, not as an IntegrityError later."""
        exclusions = super()._get_validation_exclusions()
        if getattr(self.instance, "organization_id", None):
            exclusions.discard("organization")
        return exclusions

    def clean(self) -> dict[str, Any]:
        """Refuse related rows of another organization, which a forged form could name."""
        cleaned = super().clean() or self.cleaned_data
        organization = cleaned.get("organization")
        own = organization.pk if organization else getattr(self.instance, "organization_id", None)
        for name, value in list(cleaned.items()):  # an error takes its field out
            rows = value if isinstance(value, QuerySet) else [value]
            if own and any(getattr(row, "organization_id", own) != own for row in rows if isinstance(row, Model)):
                self.add_error(name, ValidationError(_("Select a valid choice."), code="invalid_choice"))
        return cleaned
