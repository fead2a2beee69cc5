"""The outcomes of an import."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Result = Literal["imported", "known", "skipped", "failed", "would import", "taken back", "unmatched"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one file: `known` was imported before, `skipped` is not imported, `failed` needs attention.

    `unmatched` is an entry of a manifest or of another system whose file was not found; `source` is its name there.
    """

    source: str
    result: Result
    reason: str = ""
    upload_id: UUID | None = None
    size: int = 0
    mime_type: str = ""
    uploader: str = ""


@dataclass(slots=True)
class Summary:
    """The number of files by outcome, of skipped files by reason, and the imported bytes."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome.result] += 1
        if outcome.result == "skipped":
            self.reasons[outcome.reason] += 1
        if outcome.result in ("imported", "would import", "taken back"):
            self.size += outcome.size

    @property
    def failed(self) -> int:
        return self.counts["failed"]

    @property
    def unmatched(self) -> int:
        return self.counts["unmatched"]
