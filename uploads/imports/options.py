"""The options of an import."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from permissions.models import Organization
from uploads.imports.catalogs import Catalog
from uploads.imports.outcomes import Outcome
from uploads.imports.sources import Source
from uploads.imports.uploaders import Uploaders


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The options of an import. `limit` is of new files; `threads` read and write at the same time.

    `catalogs` say what is known of the files, the first one that says something goes before the others. A file
    without a date there was created now, or with `keep_dates` when it was last modified.
    """

    organization: Organization
    source: Source
    uploaders: Uploaders
    catalogs: Sequence[Catalog] = ()
    keep_dates: bool = False
    in_place: bool = False
    dry_run: bool = False
    limit: int | None = None
    threads: int = 4
    on_outcome: Callable[[Outcome], None] = field(default=lambda outcome: None)
