"""Ends a clean-up at any line of this project's code, as `kill -9` would. Runs in an installation."""

import json
import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from permissions.access import Access
from permissions.context import access_of
from tests.crashes.completions import stored_session
from tests.crashes.points import chosen, killed_at, lines_of
from tests.factories import make_member, make_organization
from tests.invariants import broken_invariants
from tests.jobs import run_pending_jobs
from uploads.audit.findings import QUARANTINE, Scope
from uploads.audit.plan import Plan
from uploads.audit.scan import audit
from uploads.choices import SessionState
from uploads.jobs import submit
from uploads.models import Job, StorageDeletion, UploadSession
from uploads.sessions.complete import complete_session
from uploads.storage import store

STRAYS = {f"stray/{number}": f"the bytes of {number}".encode() for number in range(3)}
LONG_AGO = (timezone.now() - timedelta(days=9)).timestamp()


def crash_cleanings(*, name: str, points: int, report: str) -> None:
    """Kill one of COMMANDS at `points` lines; after each look at the laws, run it again, and look again."""
    access = access_of(make_member(make_organization("cleaning"), "Administrator"))
    complete_session(access=access, session_id=stored_session(access).pk)
    work = COMMANDS[name](access)
    work.prepare()
    lines = lines_of(work.work)
    work.finish()
    facts: dict[str, Any] = {"killed": 0, "broken": [], "left": []}
    for point in chosen(points):
        work.prepare()
        facts["killed"] += killed_at(work.work, 1 + point * lines // points)
        facts["broken"] += [*laws(), *work.lost()]
        work.finish()
        facts["left"] += work.unfinished()
        facts["broken"] += laws()
    facts["entries"] = StorageDeletion.objects.count()
    Path(report).write_text(json.dumps(facts))


def laws() -> list[str]:
    """What is broken, but for the strays that lie there on purpose."""
    ours = (f"I2 media:{QUARANTINE}", "I2 media:stray/")
    return [breach for breach in broken_invariants() if not breach.startswith(ours)]


def put_strays() -> Plan:
    """Objects of nobody, old enough, and a plan that has them."""
    for key, content in STRAYS.items():
        store("media").put(key, BytesIO(content), content_type="image/png")
        os.utime(Path(settings.STORAGES["media"]["OPTIONS"]["location"]) / key, (LONG_AGO, LONG_AGO))
    return audit(Scope(storages=("media",)))


def stored() -> dict[str, bytes]:
    """Every stray and quarantined object, by key."""
    return {
        each.key: b"".join(store("media").read(each.key))
        for each in store("media").scan()
        if each.key.startswith(("stray/", QUARANTINE))
    }


def background() -> None:
    """What the background does with entries of the outbox, once their time has come."""
    past = timezone.now() - timedelta(seconds=1)
    StorageDeletion.objects.update(not_before=past)
    Job.objects.filter(kind="delete_objects").update(run_after=past)
    submit("sweep_deletions")
    run_pending_jobs("sweep_deletions", "delete_objects")


class Removing:
    """`clean_orphans --apply`."""

    options: tuple[str, ...] = ()
    plan: Plan

    def __init__(self, access: Access) -> None:
        self.access = access

    def prepare(self) -> None:
        self.plan = put_strays()
        assert self.plan.summary.total("object_without_row") == len(STRAYS)

    def work(self) -> None:
        call_command(
            "clean_orphans", "--apply", str(self.plan.path), "--max-share", "100", *self.options, verbosity=0, json=True
        )

    def lost(self) -> list[str]:
        return []

    def finish(self) -> None:
        self.work()
        background()

    def unfinished(self) -> list[str]:
        return [key for key in stored() if key.startswith("stray/")]


class SettingAside(Removing):
    """`clean_orphans --apply --quarantine`."""

    options = ("--quarantine",)

    def lost(self) -> list[str]:
        """At every moment each object is where it was, or whole in the quarantine."""
        held, folder = stored(), f"{QUARANTINE}{self.plan.summary.run}/"
        return [key for key, content in STRAYS.items() if content not in (held.get(key), held.get(folder + key))]

    def unfinished(self) -> list[str]:
        left = [*super().unfinished(), *self.lost()]
        store("media").remove(list(stored()))
        return left


class Restoring(SettingAside):
    """`restore_quarantine --apply`."""

    def prepare(self) -> None:
        super().prepare()
        super().work()

    def work(self) -> None:
        if any(key.startswith(f"{QUARANTINE}{self.plan.summary.run}/") for key in stored()):
            call_command("restore_quarantine", self.plan.summary.run, "--apply", verbosity=0, json=True)

    def unfinished(self) -> list[str]:
        left = [] if stored() == STRAYS else ["Not everything is back."]
        store("media").remove(list(stored()))
        return left


class Expiring:
    """`expire_sessions`."""

    def __init__(self, access: Access) -> None:
        self.access = access

    def prepare(self) -> None:
        session = stored_session(self.access)
        UploadSession.objects.filter(pk=session.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    def work(self) -> None:
        call_command("expire_sessions", verbosity=0, json=True)

    def lost(self) -> list[str]:
        return []

    def finish(self) -> None:
        self.work()
        background()

    def unfinished(self) -> list[str]:
        return [str(each) for each in UploadSession.objects.filter(state=SessionState.OPEN)]


COMMANDS = {
    "clean_orphans": Removing,
    "clean_orphans --quarantine": SettingAside,
    "restore_quarantine": Restoring,
    "expire_sessions": Expiring,
}
