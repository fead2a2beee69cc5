"""The vocabulary of uploads."""

from django.db.models import IntegerChoices, TextChoices


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


class Lane(IntegerChoices):
    """How urgent a job is; workers take the lowest number first."""

    INTERACTIVE = 1  # a person looks at a page and waits for it: seconds
    DEFAULT = 2  # minutes at most
    LONG = 3  # may take hours, and is put back at once when the worker is stopped
    BULK = 4  # thousands at a time, none of them urgent


class RenditionKind(TextChoices):
    """A picture made from a file: three sizes. The longest side is 320, 800 or 1600 pixels at most."""

    SMALL = "sm"
    MEDIUM = "md"
    LARGE = "lg"


class ActivityAction(TextChoices):
    """What can be done to a file, as its history tells it."""

    ACCESS = "access", "Access changed"
    CLEAN = "clean", "Left-over removed"
    DELETE = "delete", "Deleted"
    EDIT = "edit", "Edited"
    HAND_OVER = "hand_over", "Handed over"
    PURGE = "purge", "Purged"
    REPLACE = "replace", "Replaced"
    RESTORE = "restore", "Restored"
    SHARE = "share", "Shared"
    UNSHARE = "unshare", "Sharing ended"
    UPLOAD = "upload", "Uploaded"


class WebhookEvent(TextChoices):
    """What an organization can be told of. `ping` is sent on request, whatever the webhook listens to."""

    MEDIA_READY = "media.ready", "Media ready"
    PING = "ping", "Ping"
    UPLOAD_CREATED = "upload.created", "Upload created"
    UPLOAD_DELETED = "upload.deleted", "Upload deleted"
    UPLOAD_PURGED = "upload.purged", "Upload purged"
    UPLOAD_RESTORED = "upload.restored", "Upload restored"
    UPLOAD_UPDATED = "upload.updated", "Upload updated"


class DeliveryState(TextChoices):
    """`pending` until one attempt succeeds, or the last one failed."""

    DEAD = "dead"
    DELIVERED = "delivered"
    PENDING = "pending"
