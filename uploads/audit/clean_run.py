"""One run of cleaning: its limits and its counts."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from uploads.audit.findings import Finding
from uploads.audit.journal import Journal


@dataclass
class Cleaned:
    """The counts of a run. `kept` are objects that were not removed, by reason; `left` are those beyond the limit."""

    removed: int = 0
    bytes: int = 0
    aborted: int = 0
    failed: int = 0
    left: int = 0
    kept: Counter[str] = field(default_factory=Counter)


@dataclass
class CleanRun:
    """Removes at most `limit` orphans; with `quarantine` each is copied first. The journal has every step."""

    journal: Journal
    limit: int
    quarantine: bool
    done: Cleaned = field(default_factory=Cleaned)

    @property
    def orphans_left(self) -> int:
        """The number of orphans that may still be removed."""
        return max(self.limit - self.done.removed - self.done.failed, 0)

    def record(self, findings: Collection[Finding], removed: set[str], failed: set[str]) -> None:
        """Count, and note in the journal, which keys of `findings` were removed and which failed."""
        gone = [finding for finding in findings if finding.key in removed]
        self.journal.note("removed", gone, quarantined=self.quarantine)
        self.journal.note("failed", [finding for finding in findings if finding.key in failed])
        self.done.removed += len(gone)
        self.done.bytes += sum(finding.size for finding in gone)
        self.done.failed += len(failed)
