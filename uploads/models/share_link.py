"""Share links."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.db.ids import new_id


class ShareLink(models.Model):
    """A link that opens one file for anyone, until it expires, is revoked, or its maker may no longer share the file.

    Its URL carries the signed id. The table holds no secret, so that a copy of it opens no file.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    upload = models.ForeignKey("Upload", models.CASCADE, related_name="share_links")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="share_links")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    access_count = models.PositiveIntegerField(default=0, help_text=_("Number of downloads that were started."))
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("share link")
        verbose_name_plural = _("share links")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="share_link_expires_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(access_count=0, last_used_at=None) | Q(access_count__gt=0, last_used_at__isnull=False),
                name="share_link_count_and_last_use_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.upload_id} until {self.expires_at:%Y-%m-%d %H:%M}"

    def is_active_at(self, moment: datetime) -> bool:
        """Tell whether it is neither revoked nor expired. The right of its maker is checked separately."""
        return self.revoked_at is None and moment < self.expires_at
