"""The health page: what needs a person, and the figures of the whole installation. For superusers."""

import shutil
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.resilience.readiness import answers_of
from permissions.admin.pages import ModelPage
from uploads.api.health import PROBES
from uploads.choices import JobState
from uploads.models import StorageAccount
from uploads.stats.operation import figures

NEARLY_FULL = 0.9  # share of a quota or of the disk from which a person should look
LONG_WAIT = 120.0  # seconds that an urgent job may wait
SHOWN_QUOTAS = 10

PART_NAMES: dict[str, Promise] = {
    "database": gettext_lazy("Database"),
    "storage": gettext_lazy("Storage"),
    "redis": gettext_lazy("Redis"),
    "worker": gettext_lazy("Worker"),
}


class Concern(NamedTuple):
    """What needs a person: a sentence, and the page on which to go on."""

    text: str
    url: str = ""


class HealthPage(ModelPage):
    """The state of the services, the queue and the space."""

    route = "health/"
    name = "uploads_upload_health"
    title = gettext_lazy("Health")
    template_name = "admin/uploads/pages/health.html"
    verbs = ("watch",)
    is_fullwidth = True

    def get(self, request: HttpRequest) -> HttpResponseBase:
        answers = answers_of(PROBES)
        found = figures()
        used = [name for name in answers if name != "redis" or settings.REDIS_URL]
        parts = [(PART_NAMES[name], answers[name]) for name in used]
        rows = [(text, values) for text, _label, values in found.values()]
        return self.render({"parts": parts, "concerns": list(concerns(answers, found)), "rows": rows})


def concerns(answers: dict[str, bool], found: dict[str, Any]) -> Iterator[Concern]:
    """Yield what needs a person, the most urgent first: services, jobs, deletions, space."""
    for name, is_good in answers.items():
        if not is_good and name == "worker":
            yield Concern(_("No worker is running. Start one: manage.py work"))
        elif not is_good:
            yield Concern(_("%(part)s does not respond.") % {"part": PART_NAMES[name]})
    jobs = reverse("admin:uploads_job_changelist")
    if dead := found["jobs"][2][JobState.DEAD]:
        yield Concern(_("%(count)s jobs failed for good.") % {"count": dead}, f"{jobs}?state__exact={JobState.DEAD}")
    if (seconds := found["jobs_oldest_seconds"][2]["interactive"]) > LONG_WAIT:
        yield Concern(_("An urgent job has waited for %(count)s seconds.") % {"count": round(seconds)}, jobs)
    if failing := found["storage_deletions_failing"][2][""]:
        url = reverse("admin:uploads_storagedeletion_changelist")
        yield Concern(_("%(count)s objects could not be deleted yet.") % {"count": failing}, url)
    yield from _full_quotas()
    yield from _full_disk()


def _full_quotas() -> Iterator[Concern]:
    """Yield organizations that use nearly all of their quota. One query."""
    full = StorageAccount.objects.filter(
        user=None, organization__storage_quota__gt=0, used__gte=NEARLY_FULL * F("organization__storage_quota")
    ).select_related("organization")
    for account in full.order_by("organization__name")[:SHOWN_QUOTAS]:
        organization = account.organization
        percent = 100 * account.used // (organization.storage_quota or 1)
        text = _("%(name)s uses %(percent)s %% of its quota.") % {"name": organization.name, "percent": percent}
        yield Concern(text, reverse("admin:permissions_organization_change", args=[organization.pk]))


def _full_disk() -> Iterator[Concern]:
    disk = shutil.disk_usage(settings.DATA_DIR)
    if disk.used >= NEARLY_FULL * disk.total:
        percent = 100 * disk.used // disk.total
        yield Concern(_("The disk of DATA_DIR is %(percent)s %% full.") % {"percent": percent})
