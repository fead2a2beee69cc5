"""Restore the objects that clean_orphans --quarantine removed."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.locking import exclusive_lock
from common.commands.operator import Advance, Failed, OperatorCommand, UsageError
from common.errors import Invalid
from uploads.audit.background import LOCK
from uploads.audit.quarantine import empty_quarantine, quarantined_objects, restore_object


class Command(OperatorCommand):
    help = (
        "Move the objects of one run of clean_orphans --quarantine back to their keys, never over another object, or "
        "delete them. Reports how many there are; --apply does it. May be run again at any time."
    )
    example = "restore_quarantine 0199b2c4d5e67f8090a1b2c3d4e5f607 --apply"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", help="The id of the run, as clean_orphans printed it.")
        parser.add_argument("--apply", action="store_true", help="Restore or delete them.")
        parser.add_argument("--remove", action="store_true", help="Delete them instead.")

    def perform(self, *, run: str, apply: bool, remove: bool, **options: Any) -> None:
        try:
            held = sum(1 for _ in quarantined_objects(run))
        except Invalid as error:
            raise UsageError(error.detail) from error
        if not held:
            raise Failed(f"The quarantine of run {run} is empty.")
        if not apply:
            self.record(f"{held} objects are in the quarantine of run {run}.", run=run, held=held, applied=False)
            return
        with exclusive_lock(LOCK), self.progress("Removing" if remove else "Restoring", held) as advance:
            done = self._remove(run, advance) if remove else self._restore(run, advance)
        what = "removed" if remove else "restored"
        self.record(f"{done} of {held} objects {what}.", run=run, held=held, applied=True, **{what: done})
        if done < held:
            raise Failed(f"{held - done} objects are still in the quarantine.")

    def _restore(self, run: str, advance: Advance) -> int:
        done = 0
        for storage, held in quarantined_objects(run):
            if restore_object(storage, run, held):
                done += 1
            else:
                self.say(f"Another object is at {held.key}; it is not replaced.")
            advance()
        return done

    def _remove(self, run: str, advance: Advance) -> int:
        done = 0
        for gone in empty_quarantine(run):
            done += gone
            advance(gone)
        return done
