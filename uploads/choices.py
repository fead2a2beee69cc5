"""The vocabulary of uploads."""

from django.db.models import TextChoices


class UploadType(TextChoices):
    """What a file is for; `uploads.kinds` says what each accepts and where it is kept."""

    AUDIO = "AUDIO", "Audio"
    AVATAR = "AVATAR", "Avatar"
    DOCUMENT = "DOCUMENT", "Document"
    EDITOR_IMAGE = "EDITOR_IMAGE", "Editor image"
    IMAGE = "IMAGE", "Image"
    LIBRARY = "LIBRARY", "Library"
    VIDEO = "VIDEO", "Video"


class SessionState(TextChoices):
    """`open` leads to one of the others, once."""

    ABORTED = "aborted"
    COMPLETED = "completed"
    EXPIRED = "expired"
    FAILED = "failed"
    OPEN = "open"


class JobState(TextChoices):
    """`queued` → `running` → `done`, back to `queued` for another attempt, or `dead` after the last one."""

    CANCELED = "canceled"
    DEAD = "dead"
    DONE = "done"
    QUEUED = "queued"
    RUNNING = "running"


class RenditionKind(TextChoices):
    """A picture made from a file: three sizes. The longest side is 320, 800 or 1600 pixels at most."""

    SMALL = "sm"
    MEDIUM = "md"
    LARGE = "lg"


class ActivityAction(TextChoices):
    """What can be done to a file, as its history tells it."""

    ACCESS = "access", "Access changed"
    DELETE = "delete", "Deleted"
    EDIT = "edit", "Edited"
    HAND_OVER = "hand_over", "Handed over"
    PURGE = "purge", "Purged"
    REPLACE = "replace", "Replaced"
    RESTORE = "restore", "Restored"
    SHARE = "share", "Shared"
    UNSHARE = "unshare", "Sharing ended"
    UPLOAD = "upload", "Uploaded"
