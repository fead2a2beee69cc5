"""Pages of uploads, for every list of them."""

from typing import Any

from django.db.models import QuerySet

from common.rest.keyset import whole_rows
from permissions.access import Access
from uploads.api.representation import with_related


def upload_rows(
    page: QuerySet[Any, Any], access: Access, *columns: str, **expressions: Any
) -> QuerySet[Any, dict[str, Any]]:
    """Return the rows of `page` as `represent_uploads` takes them, with further columns. One query."""
    return with_related(whole_rows(page), access, *columns, **expressions)
