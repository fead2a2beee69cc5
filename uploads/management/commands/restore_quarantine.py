"""Undo a run of clean_orphans that used the quarantine."""

from typing import Any

from django.core.management.base import CommandParser

from common.commands.locking import only_one
from common.commands.operator import Failed, OperatorCommand, UsageError
from common.errors import Invalid
from uploads.audit.background import LOCK
from uploads.audit.quarantine import empty_quarantine, quarantined_objects, restore_object


class Command(OperatorCommand):
    help = (
        "Put the objects that one run of clean_orphans --quarantine set aside back where they were, never over another "
        "one; or remove them for good. Shows how many there are; --apply does it. May be run again at any time."
    )
    example = "restore_quarantine 0199b2c4d5e67f8090a1b2c3d4e5f607 --apply"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", help="The run, as clean_orphans named it.")
        parser.add_argument("--apply", action="store_true", help="Do it.")
        parser.add_argument("--remove", action="store_true", help="Remove them for good instead.")

    def perform(self, *, run: str, apply: bool, remove: bool, **options: Any) -> None:
        try:
            held = sum(1 for _ in quarantined_objects(run))
        except Invalid as error:
            raise UsageError(error.detail) from error
        if not held:
            raise Failed(f"Nothing is in the quarantine of run {run}.")
        if not apply:
            self.record(f"{held} objects are in the quarantine of that run.", run=run, held=held, applied=False)
            return
        with only_one(LOCK), self.progress("Removing" if remove else "Restoring", held) as advance:
            done = self._remove(run, advance) if remove else self._restore(run, advance)
        what = "removed" if remove else "restored"
        self.record(f"{done} of {held} objects {what}.", run=run, held=held, applied=True, **{what: done})
        if done < held:
            raise Failed(f"{held - done} objects stay in the quarantine.")

    def _restore(self, run: str, advance: Any) -> int:
        done = 0
        for storage, found in quarantined_objects(run):
            if restore_object(storage, run, found):
                done += 1
            else:
                self.say(f"Something else is at {found.key}, which stays.")
            advance()
        return done

    def _remove(self, run: str, advance: Any) -> int:
        done = 0
        for gone in empty_quarantine(run):
            done += gone
            advance(gone)
        return done
