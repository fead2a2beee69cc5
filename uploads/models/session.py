"""Upload sessions and storage accounts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.db.ids import new_id
from permissions.models import Organization
from uploads.choices import SessionState, UploadType


class UploadSession(models.Model):
    """One announced file, whose id, storage and key the server chooses before the first byte.

    The upload made from it has the session's id (a replacement keeps the id of the upload it replaces). `size` is
    reserved against the quotas while the session is open. State changes are compare-and-set updates, never `save()`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, models.PROTECT, verbose_name=_("organization"), related_name="upload_sessions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"), related_name="upload_sessions"
    )
    state = models.CharField(_("state"), max_length=10, choices=SessionState, default=SessionState.OPEN)
    type = models.CharField(_("type"), max_length=12, choices=UploadType)
    filename = models.CharField(
        _("filename"), max_length=255, help_text=_("The client's file name, cleaned; display text.")
    )
    content_type = models.CharField(_("content type"), max_length=127)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("Bytes, as announced."))
    checksum_sha256 = models.CharField(max_length=44, blank=True, help_text=_("Base64, as announced; may be empty."))
    storage = models.CharField(max_length=20)
    key = models.CharField(max_length=1024)
    multipart_id = models.CharField(max_length=1024, blank=True, help_text=_("The store's id; empty: single PUT."))
    part_size = models.PositiveBigIntegerField(null=True, blank=True)
    idempotency_key = models.CharField(max_length=255, blank=True, help_text=_("As the client sent it; may be empty."))
    request_digest = models.CharField(max_length=64, blank=True, help_text=_("Digest of the request with this key."))
    failure = models.CharField(_("failure"), max_length=40, blank=True, help_text=_("Error code, when failed."))
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    ended_at = models.DateTimeField(null=True, blank=True)
    upload = models.ForeignKey("Upload", models.SET_NULL, null=True, blank=True, related_name="sessions")

    class Meta:
        verbose_name = _("upload session")
        verbose_name_plural = _("upload sessions")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["user", "state"], name="session_user_state"),
            models.Index(fields=["expires_at"], condition=Q(state=SessionState.OPEN), name="session_open_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["storage", "key"], name="session_key_is_unique_in_storage"),
            models.UniqueConstraint(
                fields=["organization", "user", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="session_idempotency_key_is_unique_per_user",
            ),
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="session_state_is_known"),
            models.CheckConstraint(condition=Q(type__in=UploadType.values), name="session_type_is_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="session_size_is_positive"),
            models.CheckConstraint(
                condition=Q(state=SessionState.OPEN, ended_at=None) | (~Q(state=SessionState.OPEN) & ~Q(ended_at=None)),
                name="session_is_open_until_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether its state is open; its time may be over."""
        return self.state == SessionState.OPEN

    @property
    def part_count(self) -> int | None:
        """Number of parts, or None for a single PUT."""
        return -(-self.size // self.part_size) if self.part_size else None

    def size_of_part(self, number: int) -> int:
        """Return bytes of part `number`, counted from 1; only the last one may be smaller."""
        assert self.part_size and self.part_count
        return self.part_size if number < self.part_count else self.size - self.part_size * (self.part_count - 1)


class StorageAccount(models.Model):
    """Bytes used and reserved by an organization (`user` empty) or by one user in it; locked when they change."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="storage_accounts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="storage_accounts"
    )
    used = models.PositiveBigIntegerField(
        default=0, help_text=_("Bytes of uploads and their versions, trash included.")
    )
    reserved = models.PositiveBigIntegerField(default=0, help_text=_("Bytes announced by open sessions."))

    class Meta:
        verbose_name = _("storage account")
        verbose_name_plural = _("storage accounts")
        ordering = ["organization", "user"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="storage_account_of_user_is_unique"),
            models.UniqueConstraint(
                fields=["organization"], condition=Q(user=None), name="storage_account_of_organization_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} B used, {self.reserved} B reserved"
