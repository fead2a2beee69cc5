"""Arguments of commands that name an organization."""

from common.commands.operator import UsageError
from permissions.models import Organization


def organization_named(slug: str) -> Organization:
    """Return the organization with that slug. Raises UsageError."""
    organization = Organization.objects.filter(slug=slug).first()
    if organization is None:
        raise UsageError(f"There is no organization {slug!r}.")
    return organization
