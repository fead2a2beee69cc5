"""What figures and histories cost: `python -m benchmarks.stats [--rows 1000000]`.

The figures of `/uploads/stats/` over an organization of a tenth of the rows, as an ordinary member and as an
administrator; then the entries that a bulk call of 10,000 files writes, and the deliveries to one webhook. Beside
each, in the same run, what the database needs at least: the plain aggregate without the rule of visibility, and the
UPDATE of the same files.
"""

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.installation import installation
from benchmarks.measuring import medians, print_table

MANY = 10_000


def measure(rows: int) -> None:
    """Print both tables."""
    from benchmarks.seeding import seed
    from permissions.context import access_of
    from tests.factories import make_member

    member = seed(rows)
    organization: Any = member.memberships.first().organization
    administrator = make_member(organization, "Administrator")
    print_table(
        ("figures", "ms", "plain aggregate, ms", "ratio"), _figures(access_of(member), access_of(administrator))
    )
    print()
    print_table((f"of {MANY:,} files", "ms", "UPDATE of them, ms", "ratio"), _histories(organization, member))


def _figures(member: Any, administrator: Any) -> list[tuple[str, ...]]:
    from django.db.models import Count, Sum

    from uploads.models import Upload
    from uploads.stats.figures import figures_for

    plain = Upload.objects.filter(organization_id=member.organization_id).order_by().values_list("type")
    plain = plain.annotate(Count("pk"), Sum("size"))
    works = (lambda: list(plain.all()), partial(figures_for, member), partial(figures_for, administrator))
    bare, *taken = medians(*works, times=20)
    return [_row(name, ms, bare) for name, ms in zip(("of a member", "of an administrator"), taken, strict=True)]


def _histories(organization: Any, member: Any) -> list[tuple[str, ...]]:
    from django.utils import timezone

    from uploads.activity.record import record_activity, turned_into
    from uploads.choices import ActivityAction, WebhookEvent
    from uploads.models import Upload, Webhook
    from uploads.webhooks.events import emit

    ids = list(Upload.objects.filter(organization=organization).values_list("pk", flat=True)[:MANY])
    rows = Upload.everything.filter(pk__in=ids)
    changes = {"visibility": turned_into("visibility", "PUBLIC")}
    note = partial(record_activity, action=ActivityAction.ACCESS, uploads=rows, actor_id=member.pk, changes=changes)
    noted = _rolled_back(note)
    works = (_rolled_back(lambda: rows.update(updated_at=timezone.now(), deleted_at=timezone.now())), noted)
    bare, history = medians(*works, times=10)
    webhook = Webhook(organization=organization, url="https://hooks.example.org/", events=["upload.updated"])
    webhook.secret = "x" * 20
    webhook.save()
    (told,) = medians(_rolled_back(partial(emit, event=WebhookEvent.UPLOAD_UPDATED, uploads=rows)), times=10)
    return [_row("entries in the history", history, bare), _row("deliveries to one webhook", told, bare)]


def _rolled_back(work: Callable[[], object]) -> Callable[[], None]:
    from django.db import transaction

    def run() -> None:
        with transaction.atomic():
            work()
            transaction.set_rollback(True)

    return run


def _row(name: str, ours: float, bare: float) -> tuple[str, ...]:
    return name, f"{ours:.1f}", f"{bare:.1f}", f"{ours / bare:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="uploads in all organizations (default: a million)")
    rows = parser.parse_args().rows
    with installation():
        measure(rows)


if __name__ == "__main__":
    main()
