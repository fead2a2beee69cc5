"""Background jobs, periodic jobs, and objects that are to be deleted from stores."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.db.ids import new_id
from permissions.models import Organization
from uploads.choices import JobState, Lane


class Job(models.Model):
    """One piece of background work: this ledger is the queue that workers claim from.

    A worker claims a job by a conditional update that raises `attempts` and sets `lease_until`; every later write of
    that worker is fenced by the attempt number. A job whose lease ran out is queued again. All times are the
    database's.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(_("kind"), max_length=60, help_text=_("Name of the registered handler."))
    organization = models.ForeignKey(
        Organization, models.CASCADE, verbose_name=_("organization"), null=True, blank=True, related_name="jobs"
    )
    subject = models.CharField(
        _("subject"),
        max_length=100,
        blank=True,
        help_text=_("Id of the row, or alias of the storage, that it works on."),
    )
    payload = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=JobState, default=JobState.QUEUED)
    lane = models.PositiveSmallIntegerField(_("lane"), choices=Lane, default=Lane.DEFAULT, db_default=Lane.DEFAULT)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    max_attempts = models.PositiveSmallIntegerField(_("max attempts"), default=5)
    run_after = models.DateTimeField(_("run after"))
    lease_until = models.DateTimeField(null=True, blank=True)
    slot = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Number of its slot, where its kind has a concurrency limit.")
    )
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, help_text=_("Percent."))
    last_error = models.TextField(_("last error"), blank=True)
    result = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["lane", "run_after", "id"], condition=Q(state=JobState.QUEUED), name="job_next"),
            models.Index(fields=["lease_until"], condition=Q(state=JobState.RUNNING), name="job_lease"),
            models.Index(fields=["kind", "subject"], name="job_subject"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state=JobState.QUEUED) & ~Q(subject=""),
                name="job_is_queued_once_per_subject",
            ),
            models.UniqueConstraint(
                fields=["kind", "slot"],
                condition=Q(state=JobState.RUNNING) & ~Q(slot=None),
                name="job_slot_is_held_by_one_running_job",
            ),
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(condition=Q(lane__in=Lane.values), name="job_lane_is_known"),
            models.CheckConstraint(condition=Q(progress__lte=100), name="job_progress_is_a_percentage"),
            models.CheckConstraint(
                condition=~Q(state=JobState.RUNNING) | ~Q(lease_until=None), name="job_running_implies_a_lease"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} ({self.state})".replace("  ", " ")


class PeriodicRun(models.Model):
    """When a periodic kind of job was last submitted; a compare-and-set keeps schedulers from submitting it twice."""

    kind = models.CharField(max_length=60, primary_key=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("periodic run")
        verbose_name_plural = _("periodic runs")
        ordering = ["kind"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.kind


class StorageDeletion(models.Model):
    """An object that is to be deleted from a store: written in the transaction that drops it, retried until done.

    With `is_prefix` every object under `key`, which ends with a slash, is deleted.
    """

    storage = models.CharField(_("storage"), max_length=20)
    key = models.CharField(_("key"), max_length=1024)
    is_prefix = models.BooleanField(_("is prefix"), default=False)
    organization_id = models.UUIDField(null=True, blank=True)
    upload_id = models.UUIDField(null=True, blank=True, help_text=_("The upload whose purge waits for this."))
    reason = models.CharField(
        _("reason"), max_length=40, help_text=_("Why it is deleted: purge, session, version, rendition, orphan.")
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("storage deletion")
        verbose_name_plural = _("storage deletions")
        ordering = ["id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["upload_id"], condition=~Q(upload_id=None), name="storage_deletion_of_a_purge"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["storage", "key"], name="storage_deletion_is_unique"),
            models.CheckConstraint(
                condition=Q(is_prefix=False) | Q(key__endswith="/"), name="storage_deletion_prefix_ends_with_slash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.storage}:{self.key}"
