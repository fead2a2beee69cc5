"""The outcomes of an import."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

Result = Literal["imported", "known", "skipped", "failed", "would import", "taken back"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one file: `known` was imported before, `skipped` is not imported, `failed` needs attention."""

    source: str
    result: Result
    reason: str = ""
    upload_id: UUID | None = None
    size: int = 0
    mime_type: str = ""
    uploader: str = ""


@dataclass(slots=True)
class Summary:
    """The number of files by outcome, and the imported bytes."""

    counts: Counter[str] = field(default_factory=Counter)
    size: int = 0

    def add(self, outcome: Outcome) -> None:
        self.counts[outcome.result] += 1
        if outcome.result in ("imported", "would import", "taken back"):
            self.size += outcome.size

    @property
    def failed(self) -> int:
        return self.counts["failed"]
