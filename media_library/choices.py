"""The vocabulary of media items and content."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MediaType(TextChoices):
    """What plays."""

    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")


class MediaStatus(TextChoices):
    """How far a media item is. Rows begin as `uploaded`: their bytes were checked before there was a row.

    `uploading` is what clients call the time before that, while the upload session is open.
    """

    FAILED = "failed", _("Failed")
    READY = "ready", _("Ready")
    TRANSCODING = "transcoding", _("Transcoding")
    UPLOADED = "uploaded", _("Uploaded")
    UPLOADING = "uploading", _("Uploading")


class ContentStatus(TextChoices):
    """Who content is for by now: its makers, everyone, nobody any more."""

    ARCHIVED = "archived", _("Archived")
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


# Where each status may lead; anything else is refused. A ready video is transcoded again when its bytes are replaced.
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
    """The statuses from which `status` may be reached."""
    return [source for source, targets in TRANSITIONS.items() if status in targets]


# From which statuses content gets into each.
CONTENT_SOURCES: Mapping[ContentStatus, frozenset[ContentStatus]] = MappingProxyType(
    {
        ContentStatus.DRAFT: frozenset(),
        ContentStatus.PUBLISHED: frozenset({ContentStatus.DRAFT, ContentStatus.ARCHIVED}),
        ContentStatus.ARCHIVED: frozenset({ContentStatus.DRAFT, ContentStatus.PUBLISHED}),
    }
)
