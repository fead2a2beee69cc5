"""The vocabulary of media items and content."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MediaType(TextChoices):
    """The kind of a media item."""

    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")


class MediaStatus(TextChoices):
    """The status of a media item. Rows start as `uploaded`, since bytes are checked before a row is created.

    `uploading` is for clients that show an open upload session.
    """

    FAILED = "failed", _("Failed")
    READY = "ready", _("Ready")
    TRANSCODING = "transcoding", _("Transcoding")
    UPLOADED = "uploaded", _("Uploaded")
    UPLOADING = "uploading", _("Uploading")


class ContentStatus(TextChoices):
    """The status of content: in preparation, public, withdrawn."""

    ARCHIVED = "archived", _("Archived")
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


# The allowed changes of each status. A ready video is transcoded again when its bytes are replaced.
TRANSITIONS: Mapping[MediaStatus, frozenset[MediaStatus]] = MappingProxyType(
    {
        MediaStatus.UPLOADING: frozenset({MediaStatus.UPLOADED, MediaStatus.FAILED}),
        MediaStatus.UPLOADED: frozenset({MediaStatus.TRANSCODING, MediaStatus.READY, MediaStatus.FAILED}),
        MediaStatus.TRANSCODING: frozenset({MediaStatus.READY, MediaStatus.FAILED}),
        MediaStatus.READY: frozenset({MediaStatus.TRANSCODING}),
        MediaStatus.FAILED: frozenset({MediaStatus.TRANSCODING}),
    }
)


def sources_of(status: MediaStatus) -> list[MediaStatus]:
    """Return the statuses that can change to `status`."""
    return [source for source, targets in TRANSITIONS.items() if status in targets]


# The statuses that can change to each status.
CONTENT_SOURCES: Mapping[ContentStatus, frozenset[ContentStatus]] = MappingProxyType(
    {
        ContentStatus.DRAFT: frozenset(),
        ContentStatus.PUBLISHED: frozenset({ContentStatus.DRAFT, ContentStatus.ARCHIVED}),
        ContentStatus.ARCHIVED: frozenset({ContentStatus.DRAFT, ContentStatus.PUBLISHED}),
    }
)
