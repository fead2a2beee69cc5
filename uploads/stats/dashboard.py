"""Figures of the storage page: totals, by type and user, growth by month, largest and unused files."""

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext

from common.text import exact_size
from permissions.access import Access, scope
from permissions.choices import Action, Permission
from permissions.models import Organization
from uploads.choices import UploadType
from uploads.models import StorageAccount, Upload
from uploads.querysets import UploadQuerySet
from uploads.stats.figures import figures_for

MONTHS = 12  # of growth, including the present one
LISTED = 10  # number of largest files
ACCOUNT_COLUMNS = ("user_id", "used", "reserved")
COLUMNS = ("id", "title", "original_filename", "type", "size", "usage_count", "created_at", "uploaded_by__username")

Rows = list[dict[str, Any]]


def dashboard_of(access: Access) -> dict[str, Any]:
    """Return figures of the files that the caller may see, sizes in bytes. At most eight queries.

    `by_user` and the account of the organization are for those who may see all files.
    """
    seen = Upload.objects.allowing(access, Action.VIEW)
    figures = figures_for(access)
    unused = seen.filter(usage_count=0)
    return {
        **figures,
        "by_type": _named(figures["by_type"]),
        "growth": _growth(seen, figures["total"]),
        "largest": _largest(seen),
        "unused": _sum_of(unused),
        "largest_unused": _largest(unused),
        "accounts": accounts_for(access),
    }


def accounts_for(access: Access) -> Rows:
    """Return the accounts of the caller and of the organization. Two queries; none for access to all organizations.

    Each has `name`, `used`, `reserved` and `quota` (None: no limit) in bytes, and where there is a limit `percent`, and
    `quota_text`, the limit as it was typed.
    """
    if access.organization_id is None:
        return []
    organization = scope(Organization.objects.all(), access, "pk").get()
    rows = StorageAccount.objects.filter(Q(user=None) | Q(user_id=access.user_id), organization=organization)
    held = {user_id: (used, reserved) for user_id, used, reserved in rows.order_by().values_list(*ACCOUNT_COLUMNS)}
    accounts = [_account(gettext("Your own files"), held.get(access.user_id), organization.user_quota)]
    if access.has(Permission.MEDIA_VIEW_ALL):
        accounts.insert(0, _account(organization.name, held.get(None), organization.storage_quota))
    return accounts


def _account(name: str, facts: tuple[int, int] | None, quota: int | None) -> dict[str, Any]:
    used, reserved = facts or (0, 0)
    percent = None if quota is None else round(100 * (used + reserved) / quota) if quota else 100
    account = {"name": name, "used": used, "reserved": reserved, "quota": quota, "percent": percent}
    return account if quota is None else {**account, "quota_text": exact_size(quota)}


def _sum_of(rows: UploadQuerySet) -> dict[str, int]:
    sums = rows.order_by().aggregate(count=Count("pk"), size=Sum("size", default=0))
    return {"count": sums["count"], "size": int(sums["size"])}


def _named(figures: Rows) -> Rows:
    """Return the figures with the name of each type, the largest first."""
    return sorted(({**row, "name": UploadType(row["type"]).label} for row in figures), key=lambda row: -row["size"])


def _largest(rows: UploadQuerySet) -> Rows:
    return list(rows.order_by("-size", "-id").values(*COLUMNS)[:LISTED])


def _growth(rows: UploadQuerySet, total: dict[str, int]) -> Rows:
    """Return the additions of each month and the size at its end, of the files that exist today."""
    months = _last_months(timezone.now())
    start = datetime(months[0].year, months[0].month, 1, tzinfo=timezone.get_current_timezone())
    recent = rows.filter(created_at__gte=start).order_by().annotate(month=TruncMonth("created_at"))
    grouped = recent.values("month").annotate(count=Count("pk"), added=Sum("size"))
    # PostgreSQL sums to decimals.
    added = {row["month"].date(): {"count": row["count"], "added": int(row["added"])} for row in grouped}
    size = total["size"] - sum(row["added"] for row in added.values())
    growth = []
    for month in months:
        row = added.get(month, {"count": 0, "added": 0})
        size += row["added"]
        growth.append({"month": month, "count": row["count"], "added": row["added"], "size": size})
    return growth


def _last_months(now: datetime) -> list[date]:
    today = timezone.localtime(now)
    numbers = range(today.year * 12 + today.month - MONTHS, today.year * 12 + today.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
