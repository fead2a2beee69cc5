"""Orphans: stores audited against rows in the background, the report, and cleaning by it after a question."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_GET, require_POST

from common.db.ids import parse_id
from permissions.access import Access
from permissions.admin.tenant import admin_access, is_bound
from permissions.choices import Permission
from uploads.audit.background import Report, audits, clean_report, report_of, start_audit
from uploads.audit.clean import MAX_SHARE
from uploads.audit.findings import CLEANED, FindingKind
from uploads.choices import JobState
from uploads.models import Job

# A report names keys, which only those see who see every file; cleaning ends what is stored.
NEEDED = (Permission.MEDIA_VIEW, Permission.MEDIA_VIEW_ALL, Permission.MEDIA_DELETE_ALL)
BUSY = (JobState.QUEUED, JobState.RUNNING)
SHOWN = 10  # findings of each kind


class OrphansMixin:
    """Adds the page and what is posted to it. An organization's administrators reach that organization's keys alone."""

    def get_urls(self) -> list:
        admin: Any = self
        pages = {
            "": self.orphans_view,
            "state/": self.orphans_state_view,
            "start/": self.orphans_start_view,
            "clean/": self.orphans_clean_view,
        }
        own = [
            path(
                f"orphans/{part}",
                admin.admin_site.admin_view(view),
                name="_".join(filter(None, ["uploads_upload_orphans", part[:-1]])),
            )
            for part, view in pages.items()
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    @method_decorator(require_GET)
    def orphans_view(self, request: HttpRequest) -> HttpResponse:
        audits = _audits(_allowed(request))
        latest, done = audits.first(), audits.filter(state=JobState.DONE).first()
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
        return self._orphans_page(request, "orphans", title="Orphans", **context)

    @method_decorator(require_GET)
    def orphans_state_view(self, request: HttpRequest) -> HttpResponse:
        """How far the job is that the page watches: an audit, or the cleaning by one."""
        access, wanted = _allowed(request), parse_id(request.GET.get("job", ""))
        audits = _audits(access)
        ids = [str(pk) for pk in audits.values_list("pk", flat=True)[:100]]
        job = (audits | Job.objects.filter(kind="clean_orphans", subject__in=ids)).filter(pk=wanted).first()
        if job is None:
            raise Http404
        return JsonResponse({"busy": job.state in BUSY, "progress": job.progress})

    @method_decorator(require_POST)
    def orphans_start_view(self, request: HttpRequest) -> HttpResponse:
        access = _allowed(request)
        if _audits(access).filter(state__in=BUSY).exists():
            messages.warning(request, "An audit is under way already.")
        else:
            start_audit(organization_id=access.organization_id)
            messages.success(request, "The audit has been started.")
        return redirect("admin:uploads_upload_orphans")

    @method_decorator(require_POST)
    def orphans_clean_view(self, request: HttpRequest) -> HttpResponse:
        """Ask first, then clean by the report that was shown: into quarantine unless deletion was chosen."""
        job = _audits(_allowed(request)).filter(pk=parse_id(request.POST.get("audit", ""))).first()
        report = report_of(job) if job else None
        if job is None or report is None:
            raise Http404
        if not _is_cleanable(report):
            messages.warning(request, "There is nothing to clean by that report any more.")
        elif "confirmed" in request.POST:
            clean_report(job=job, quarantine=request.POST.get("how") != "delete")
            messages.success(request, "Cleaning has been started. Each object is looked at again before it goes.")
        else:
            kinds = [kind for kind in _kinds(report) if kind["is_cleaned"]]
            context = {"audit": job, "kinds": kinds, "max_percent": round(100 * MAX_SHARE)}
            return self._orphans_page(request, "clean", title="Clean orphans?", **context)
        return redirect("admin:uploads_upload_orphans")

    def _orphans_page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        site = self.admin_site  # type: ignore[attr-defined]
        request.current_app = site.name  # type: ignore[attr-defined]
        shared = {**site.each_context(request), "is_fullwidth": "1"}
        return TemplateResponse(request, f"admin/uploads/pages/{name}.html", {**shared, **context})


def _allowed(request: HttpRequest) -> Access:
    access = admin_access(request)
    if not is_bound(access) or not all(access.has(permission) for permission in NEEDED):
        raise PermissionDenied
    return access


def _audits(access: Access) -> Any:
    """Audits of exactly what the caller acts in, the latest first: one organization, or everything."""
    return audits(organization_id=access.organization_id)


def _is_cleanable(report: Report | None) -> bool:
    """There is something to clean, and nobody has asked for it yet, or it ended without being done."""
    if report is None:
        return False
    asked = report.cleaning is not None and report.cleaning.state not in (JobState.DEAD, JobState.CANCELED)
    return not asked and any(report.counts[kind] for kind in CLEANED)


def _kinds(report: Report) -> list[dict[str, Any]]:
    """What was found, by kind, with a few of each."""
    return [
        {
            "name": kind.label,
            "count": report.counts[kind],
            "size": report.bytes[kind],
            "samples": report.samples.get(kind, [])[:SHOWN],
            "is_cleaned": kind in CLEANED,
        }
        for kind in FindingKind
        if report.counts[kind]
    ]
