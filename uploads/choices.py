"""The choices of model fields of uploads."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class UploadType(TextChoices):
    """What a file is for. `uploads.kinds` has the accepted formats, size limit and storage of each."""

    AUDIO = "AUDIO", _("Audio")
    AVATAR = "AVATAR", _("Avatar")
    DOCUMENT = "DOCUMENT", _("Document")
    EDITOR_IMAGE = "EDITOR_IMAGE", _("Editor image")
    IMAGE = "IMAGE", _("Image")
    LIBRARY = "LIBRARY", _("Library")
    VIDEO = "VIDEO", _("Video")


class SessionState(TextChoices):
    """A session is `open` until it ends in one of the other states."""

    ABORTED = "aborted", _("Aborted")
    COMPLETED = "completed", _("Completed")
    EXPIRED = "expired", _("Expired")
    FAILED = "failed", _("Failed")
    OPEN = "open", _("Open")


class JobState(TextChoices):
    """`queued` → `running` → `done`, back to `queued` for another attempt, or `dead` after the last one."""

    CANCELED = "canceled", _("Canceled")
    DEAD = "dead", _("Dead")
    DONE = "done", _("Done")
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")


class Lane(IntegerChoices):
    """The urgency of a job; workers take the lowest number first."""

    INTERACTIVE = 1, _("Interactive")  # seconds: a person waits for it
    DEFAULT = 2, _("Default")  # minutes at most
    LONG = 3, _("Long")  # may take hours; queued again at once when the worker stops
    BULK = 4, _("Bulk")  # thousands at once, not urgent


class RenditionKind(TextChoices):
    """The size of a rendition: its longest side has at most 320, 800 or 1600 pixels; a JPEG has the file's own size."""

    SMALL = "sm", _("Small")
    MEDIUM = "md", _("Medium")
    LARGE = "lg", _("Large")
    JPEG = "jpeg", _("JPEG")


class ActivityAction(TextChoices):
    """What was done to a file, in its history."""

    ACCESS = "access", _("Access changed")
    CLEAN = "clean", _("Left-over removed")
    DELETE = "delete", _("Deleted")
    EDIT = "edit", _("Edited")
    HAND_OVER = "hand_over", _("Handed over")
    PURGE = "purge", _("Purged")
    REPLACE = "replace", _("Replaced")
    RESTORE = "restore", _("Restored")
    SHARE = "share", _("Shared")
    UNSHARE = "unshare", _("Sharing ended")
    UPLOAD = "upload", _("Uploaded")


class WebhookEvent(TextChoices):
    """The events of webhooks. `ping` is sent on request, also if the webhook does not have it."""

    MEDIA_READY = "media.ready", _("Media ready")
    PING = "ping", _("Ping")
    UPLOAD_CREATED = "upload.created", _("Upload created")
    UPLOAD_DELETED = "upload.deleted", _("Upload deleted")
    UPLOAD_PURGED = "upload.purged", _("Upload purged")
    UPLOAD_RESTORED = "upload.restored", _("Upload restored")
    UPLOAD_UPDATED = "upload.updated", _("Upload updated")


class DeliveryState(TextChoices):
    """`pending` until one attempt succeeds (`delivered`) or the last one fails (`dead`)."""

    DEAD = "dead", _("Dead")
    DELIVERED = "delivered", _("Delivered")
    PENDING = "pending", _("Pending")
