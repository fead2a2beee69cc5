"""Orphans: audits in the background, their report, and cleaning its findings after a confirmation."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.db.ids import parse_id
from permissions.admin.pages import ModelPage
from permissions.choices import Permission
from uploads.audit.background import CLEANING, Report, audits, clean_report, report_of, start_audit
from uploads.audit.clean import MAX_SHARE
from uploads.audit.findings import CLEANED, FindingKind
from uploads.choices import JobState
from uploads.models import Job

# A report names keys, which only those who see every file may see; cleaning deletes objects.
REQUIRED = (Permission.MEDIA_VIEW, Permission.MEDIA_VIEW_ALL, Permission.MEDIA_DELETE_ALL)
BUSY = (JobState.QUEUED, JobState.RUNNING)
MAX_SAMPLES = 10  # findings of each kind


class AuditPage(ModelPage):
    """A page about audits: of the organization of the page, or (for superusers) of everything."""

    verbs = ("audit",)

    def audits(self) -> QuerySet[Job]:
        """Return the audits of this organization or of everything, the latest first."""
        return audits(organization_id=self.access.organization_id)

    def job(self, jobs: QuerySet[Job], text: str) -> Job:
        """Return the job that `text` names among `jobs`. Raises Http404."""
        pk = parse_id(text)
        job = jobs.filter(pk=pk).first() if pk else None
        if job is None:
            raise Http404
        return job

    def back(self) -> HttpResponseBase:
        """Redirect to the page of orphans."""
        return redirect("admin:uploads_upload_orphans")


class OrphansPage(AuditPage):
    """The latest report, and the running job."""

    route = "orphans/"
    name = "uploads_upload_orphans"
    title = gettext_lazy("Orphans")
    template_name = "admin/uploads/pages/orphans.html"
    is_fullwidth = True

    def get(self, request: HttpRequest) -> HttpResponseBase:
        jobs = self.audits()
        latest, done = jobs.first(), jobs.filter(state=JobState.DONE).first()
        report = report_of(done) if done else None
        cleaning = report.cleaning if report else None
        context = {
            "latest": latest,
            "busy": next((job for job in (latest, cleaning) if job and job.state in BUSY), None),
            "failed": latest if latest and latest.state in (JobState.DEAD, JobState.CANCELED) else None,
            "done": done,
            "report": report,
            "kinds": _kinds(report) if report else [],
            "cleaning": cleaning,
            "may_clean": _is_cleanable(report),
        }
        return self.render(context)


class AuditStatePage(AuditPage):
    """The progress, as JSON, of the job that the page watches: an audit, or the cleaning by one."""

    route = "orphans/state/"
    name = "uploads_upload_orphans_state"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        jobs = self.audits()
        ids = [str(pk) for pk in jobs.values_list("pk", flat=True)[:100]]
        watched = jobs | Job.objects.filter(kind=CLEANING, subject__in=ids)
        job = self.job(watched, request.GET.get("job", ""))
        return JsonResponse({"busy": job.state in BUSY, "progress": job.progress})


class AuditStart(AuditPage):
    """Starts an audit, unless one is under way."""

    route = "orphans/start/"
    name = "uploads_upload_orphans_start"
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if self.audits().filter(state__in=BUSY).exists():
            messages.warning(request, _("An audit is already running."))
        else:
            start_audit(organization_id=self.access.organization_id)
            messages.success(request, _("The audit was started."))
        return self.back()


class CleanPage(AuditPage):
    """Cleans the findings of the shown report after a confirmation: into quarantine unless deletion was chosen."""

    route = "orphans/clean/"
    name = "uploads_upload_orphans_clean"
    title = gettext_lazy("Clean orphans?")
    template_name = "admin/uploads/pages/clean.html"
    is_fullwidth = True
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        job = self.job(self.audits(), request.POST.get("audit", ""))
        report = report_of(job)
        if report is None:
            raise Http404
        if not _is_cleanable(report):
            messages.warning(request, _("This report lists nothing more to clean."))
        elif "confirmed" in request.POST:
            clean_report(job=job, quarantine=request.POST.get("how") != "delete")
            messages.success(request, _("Cleaning was started. Each object is checked again before it is removed."))
        else:
            kinds = [kind for kind in _kinds(report) if kind["is_cleaned"]]
            return self.render({"audit": job, "kinds": kinds, "max_percent": round(100 * MAX_SHARE)})
        return self.back()


def _is_cleanable(report: Report | None) -> bool:
    """Tell whether the report has findings to clean, and no cleaning of it is running or done."""
    if report is None:
        return False
    is_asked = report.cleaning is not None and report.cleaning.state not in (JobState.DEAD, JobState.CANCELED)
    return not is_asked and any(report.counts[kind] for kind in CLEANED)


def _kinds(report: Report) -> list[dict[str, Any]]:
    """Return the findings by kind, with a few of each."""
    return [
        {
            "name": kind.label,
            "count": report.counts[kind],
            "size": report.bytes[kind],
            "samples": report.samples.get(kind, [])[:MAX_SAMPLES],
            "is_cleaned": kind in CLEANED,
        }
        for kind in FindingKind
        if report.counts[kind]
    ]
