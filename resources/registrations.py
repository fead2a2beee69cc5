"""What the uploads app is told about documents."""

from collections.abc import Collection
from uuid import UUID

from resources.models import Resource, ResourceAttachment
from uploads.uses import Use, register_use


class Documents(Use):
    """A document goes into the trash and comes back with its upload as it is, and ends with it.

    What it is attached to then is in the trash itself, else the file were in use.
    """

    def purged(self, ids: Collection[UUID]) -> None:
        ResourceAttachment.objects.filter(resource_id__in=ids).delete()
        Resource.everything.filter(pk__in=ids).delete()


register_use(Documents())
