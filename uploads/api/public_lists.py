"""Whether anonymous callers may list the PUBLIC rows of an organization."""

from uuid import UUID

from django.conf import settings

from common.errors import NotSignedIn
from permissions.access import Access
from permissions.models import Organization


def lists_publicly(organization_id: UUID | None) -> bool:
    """Tell whether the installation and the organization let anonymous callers list PUBLIC rows. At most one query."""
    if organization_id is None or not settings.PUBLIC_LISTING:
        return False
    return Organization.objects.filter(pk=organization_id, public_listing=True).exists()


def require_public_list(access: Access) -> None:
    """Raise NotSignedIn where an anonymous caller may not list. No query for a signed-in caller."""
    if access.is_anonymous and not lists_publicly(access.organization_id):
        raise NotSignedIn
