"""One run of cleaning: what it may do, and what it has done."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from uploads.audit.findings import Finding
from uploads.audit.journal import Journal


@dataclass
class Cleaned:
    """What a run did. `kept` counts, by reason, what it left; `left` what the limit kept it from looking at."""

    removed: int = 0
    bytes: int = 0
    aborted: int = 0
    failed: int = 0
    left: int = 0
    kept: Counter[str] = field(default_factory=Counter)


@dataclass
class CleanRun:
    """Removes `limit` orphans at most; with `quarantine` each is copied before. Every step is in the journal."""

    journal: Journal
    limit: int
    quarantine: bool
    done: Cleaned = field(default_factory=Cleaned)

    @property
    def orphans_left(self) -> int:
        """How many orphans may still be removed."""
        return max(self.limit - self.done.removed - self.done.failed, 0)

    def record(self, findings: Collection[Finding], removed: set[str], failed: set[str]) -> None:
        """Note in the journal, and count, which keys of `findings` were removed and which failed."""
        gone = [finding for finding in findings if finding.key in removed]
        self.journal.note("removed", gone, quarantined=self.quarantine)
        self.journal.note("failed", [finding for finding in findings if finding.key in failed])
        self.done.removed += len(gone)
        self.done.bytes += sum(finding.size for finding in gone)
        self.done.failed += len(failed)
