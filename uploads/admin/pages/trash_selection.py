"""The files that a form of the trash selects."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from common.db.ids import parse_id
from common.errors import Invalid, SelectionChanged
from permissions.access import Access
from permissions.choices import Action
from uploads.files.bulk import MAX_MATCHING, Selection
from uploads.models import Upload
from uploads.querysets import UploadQuerySet


@dataclass(frozen=True, slots=True)
class TrashSelection:
    """Files by `ids`, or all `count` files that matched `search` at `moment`; files deleted later were not shown."""

    ids: list[UUID] = field(default_factory=list)
    search: str = ""
    moment: datetime | None = None
    count: int = 0

    @classmethod
    def of(cls, data: QueryDict) -> Self:
        """Read the selection: the file whose button was pressed, else all matching files, else the ticked ones."""
        moment = None if data.get("only") else _moment(data.get("matching", ""))
        texts = data.getlist("only") or data.getlist("ids")
        ids = [] if moment else list(dict.fromkeys(pk for pk in map(parse_id, texts) if pk))
        count = data.get("count", "")
        shown = int(count) if re.fullmatch("[0-9]{1,9}", count) else 0
        return cls(ids, data.get("search", "").strip(), moment, shown)

    def __bool__(self) -> bool:
        return bool(self.ids or self.moment)

    @property
    def rows(self) -> UploadQuerySet:
        """The selected files of the trash, also those that the caller may not see; narrow them with `allowing`."""
        trash = Upload.everything.trashed()
        if self.moment is None:
            return trash.among(self.ids)
        return trash.filter(deleted_at__lte=self.moment).search(self.search)

    def selection(self, access: Access) -> Selection:
        """Return the files to restore. Ids that cannot be restored are reported; of a search only own matches count."""
        if self.moment is None:
            return Selection(Upload.everything.trashed(), self.ids)
        return Selection(self.rows.allowing(access, Action.DELETE), count=self.count)

    def ids_to_purge(self, access: Access) -> list[UUID]:
        """Return the ids to purge. Raises SelectionChanged if another number of files matches than was shown."""
        if self.moment is None:
            return self.ids
        ids = list(self.rows.allowing(access, Action.PURGE).values_list("pk", flat=True)[: MAX_MATCHING + 1])
        if len(ids) > MAX_MATCHING:
            raise Invalid(_("More than %(limit)s files match.") % {"limit": f"{MAX_MATCHING:,}"})
        if len(ids) != self.count:
            raise SelectionChanged(shown=self.count, matching=len(ids))
        return ids

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Names and values of a form that selects the same files."""
        if self.moment:
            return [("matching", self.moment.isoformat()), ("search", self.search), ("count", str(self.count))]
        return [("ids", str(pk)) for pk in self.ids]


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
        return moment.astimezone(UTC) if moment and timezone.is_aware(moment) else None
    except (ValueError, OverflowError):  # well formed, but not a date, or out of range in UTC
        return None
