"""Upload sessions, jobs and pending deletions of objects. Read only, but jobs can be retried and canceled."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from permissions.admin import theme
from permissions.admin.base import ReadOnlyAdmin
from permissions.admin.filters import RelatedInOrganizationFilter
from permissions.admin.tenant import admin_access
from permissions.choices import Permission
from uploads.choices import JobState, SessionState
from uploads.jobs import cancel, retry
from uploads.jobs.liveness import worker_seen_within
from uploads.models import Job, StorageDeletion, UploadSession

SESSION_COLOURS = {
    SessionState.OPEN: "info",
    SessionState.COMPLETED: "success",
    SessionState.FAILED: "danger",
    SessionState.EXPIRED: "warning",
    SessionState.ABORTED: "warning",
}
JOB_COLOURS = {
    JobState.QUEUED: "info",
    JobState.RUNNING: "primary",
    JobState.DONE: "success",
    JobState.DEAD: "danger",
    JobState.CANCELED: "warning",
}
RETRIED = ngettext_lazy("%(done)s of %(count)s job was retried.", "%(done)s of %(count)s jobs were retried.", "count")
CANCELED = ngettext_lazy(
    "%(done)s of %(count)s job was canceled.", "%(done)s of %(count)s jobs were canceled.", "count"
)


@admin.register(UploadSession)
class UploadSessionAdmin(ReadOnlyAdmin[UploadSession]):
    grants = {"view": Permission.MEDIA_VIEW_ALL}
    list_display = ["filename", "type", "state_shown", "size_shown", "user", "created_at", "expires_at"]
    list_filter = ["state", "type", ("user", RelatedInOrganizationFilter)]
    list_select_related = ["user", "organization"]
    search_fields = ["filename"]
    fields = ["filename", "type", "content_type", "size_shown", "user", "state", "failure", "created_at", "expires_at"]

    @theme.display(description=gettext_lazy("state"), ordering="state", label=SESSION_COLOURS)
    def state_shown(self, session: UploadSession) -> tuple[str, str]:
        return session.state, session.get_state_display()

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def size_shown(self, session: UploadSession) -> str:
        return filesizeformat(session.size)


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin[Job]):
    grants = {"view": Permission.MEDIA_VIEW_ALL}
    list_display = ["kind", "subject", "lane", "state_shown", "progress", "attempts", "created_at", "ended_at"]
    list_filter = ["state", "lane"]
    list_select_related = ["organization"]
    search_fields = ["kind", "subject"]
    fields = [
        "kind",
        "subject",
        "lane",
        "state",
        "progress",
        "attempts",
        "max_attempts",
        "last_error",
        "created_at",
        "started_at",
        "ended_at",
        "run_after",
    ]
    actions = ["retry_jobs", "cancel_jobs"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, with a warning above it if no worker is running."""
        if request.method == "GET" and not worker_seen_within():
            self.message_user(
                request, _("No worker is running: these jobs wait until one is started."), messages.WARNING
            )
        return super().changelist_view(request, extra_context)

    def has_control_permission(self, request: HttpRequest) -> bool:
        """Tell whether the person may retry and cancel jobs: those who may edit any file may."""
        return admin_access(request).has(Permission.MEDIA_EDIT_ALL)

    @theme.display(description=gettext_lazy("state"), ordering="state", label=JOB_COLOURS)
    def state_shown(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

    @admin.action(description=gettext_lazy("Retry"), permissions=["control"])
    def retry_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """Queue dead and canceled jobs again."""
        self._control(request, jobs, retry, _("Retried."), RETRIED)

    @admin.action(description=gettext_lazy("Cancel"), permissions=["control"])
    def cancel_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        """Stop jobs that are queued or running; a worker that runs one can write nothing more."""
        self._control(request, jobs, cancel, _("Canceled."), CANCELED)

    def _control(
        self, request: HttpRequest, jobs: QuerySet[Job], do: Callable[..., bool], logged: str, message: Promise
    ) -> None:
        done = [job for job in jobs if do(job_id=job.pk)]
        for job in done:
            self.log_change(request, job, logged)
        self.message_user(request, str(message % {"done": len(done), "count": len(jobs)}), messages.INFO)


@admin.register(StorageDeletion)
class StorageDeletionAdmin(ReadOnlyAdmin[StorageDeletion]):
    """Keys are shown only to those who see every file."""

    grants = {"view": Permission.MEDIA_VIEW_ALL}
    list_display = ["key", "storage", "reason", "attempts", "not_before", "created_at"]
    search_fields = ["key"]
    fields = ["key", "storage", "is_prefix", "reason", "attempts", "last_error", "not_before", "created_at"]
