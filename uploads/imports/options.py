"""The options of an import."""

from collections.abc import Callable
from dataclasses import dataclass, field

from permissions.models import Organization
from uploads.imports.outcomes import Outcome
from uploads.imports.sources import Source
from uploads.imports.uploaders import Uploaders


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of an import. `limit` is of new files; `threads` read and write at the same time."""

    organization: Organization
    source: Source
    uploaders: Uploaders
    in_place: bool = False
    dry_run: bool = False
    limit: int | None = None
    threads: int = 4
    on_outcome: Callable[[Outcome], None] = field(default=lambda outcome: None)
