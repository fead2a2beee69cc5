"""Media items: video and audio."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.db.constraints import SameOrganization
from media_library.choices import MediaStatus, MediaType
from uploads.models import Job
from uploads.models.extension import UploadExtension


class MediaItem(UploadExtension):
    """A video or audio file that can be played: one VIDEO or AUDIO upload and its streams for players.

    A video is ready when a complete set of streams exists; `hls_key` is the master playlist of that set, whose objects
    are all in the folder of the playlist. Statuses change by compare-and-set updates (`services.statuses`), never by
    `save()`.
    """

    media_type = models.CharField(_("media type"), max_length=5, choices=MediaType)
    status = models.CharField(_("status"), max_length=11, choices=MediaStatus, default=MediaStatus.UPLOADED)
    duration_seconds = models.FloatField(_("duration seconds"), null=True, blank=True)
    hls_key = models.CharField(
        max_length=1024, blank=True, help_text=_("Key of the master playlist; empty without streams.")
    )
    has_timeline = models.BooleanField(
        default=False, db_default=False, help_text=_("Whether small pictures for the seek bar are beside the playlist.")
    )
    attempt_prefix = models.CharField(
        max_length=1024, blank=True, help_text=_("Prefix of the files of a running remote transcoding.")
    )
    progress = models.PositiveSmallIntegerField(
        _("progress"), default=0, help_text=_("Percent, as reported by a remote transcoder.")
    )
    error = models.CharField(_("error"), max_length=500, blank=True, help_text=_("Why transcoding failed."))
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta(UploadExtension.Meta):
        verbose_name = _("media item")
        verbose_name_plural = _("media items")
        ordering = ["-created_at", "-upload_id"]
        indexes = [models.Index(fields=["organization", "media_type", "status"], name="media_item_by_status")]
        constraints = [
            models.UniqueConstraint(fields=["organization", "upload"], name="media_item_is_unique_in_organization"),
            SameOrganization(field="upload", name="media_item_upload_is_of_its_organization"),
            models.CheckConstraint(condition=Q(media_type__in=MediaType.values), name="media_item_type_is_known"),
            models.CheckConstraint(condition=Q(status__in=MediaStatus.values), name="media_item_status_is_known"),
            models.CheckConstraint(
                condition=~Q(status=MediaStatus.READY) | Q(media_type=MediaType.AUDIO) | ~Q(hls_key=""),
                name="media_item_ready_video_has_streams",
            ),
            models.CheckConstraint(
                condition=~Q(status=MediaStatus.TRANSCODING) | Q(media_type=MediaType.VIDEO),
                name="media_item_only_videos_are_transcoded",
            ),
            models.CheckConstraint(
                condition=(Q(status=MediaStatus.FAILED) & ~Q(error="")) | (~Q(status=MediaStatus.FAILED) & Q(error="")),
                name="media_item_failed_has_an_error",
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="media_item_progress_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(duration_seconds=None) | Q(duration_seconds__gte=0),
                name="media_item_duration_is_not_negative",
            ),
        ]

    @property
    def is_ready(self) -> bool:
        return self.status == MediaStatus.READY
