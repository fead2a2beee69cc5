"""The parameters of content lists."""

import re
from decimal import Decimal
from typing import Any

from common.text import narrow_to_words
from media_library.choices import ContentStatus
from media_library.models import ContentTag
from permissions.access import Access, scope
from permissions.filtering import Filter, a_text, an_id, any_of, compared, one_of
from uploads.files.tag_names import tag_slug

_ID = {"type": "string", "format": "uuid"}
_PRICE = {"type": "string", "format": "decimal"}


def a_price(text: str) -> Decimal:
    """Read US dollars, with cents or without."""
    if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", text):
        raise ValueError(text)
    return Decimal(text)


def _by_tags(rows: Any, values: list[str], access: Access) -> Any:
    """Content with all of the tags: a subquery a tag, so that none of them multiplies rows."""
    for slug in dict.fromkeys(map(tag_slug, values)):
        tagged = scope(ContentTag.objects.filter(tag__slug=slug), access)
        rows = rows.filter(pk__in=tagged.order_by().values("content_id"))
    return rows


def _found(rows: Any, values: list[str], access: Access) -> Any:
    return narrow_to_words(rows, values[0])


CONTENT_FILTERS: dict[str, Filter] = {
    "status": Filter(one_of(ContentStatus), any_of("status"), True, {"type": "string", "enum": ContentStatus.values}),
    "category": Filter(an_id, any_of("category_id"), True, _ID),
    "tag": Filter(a_text, _by_tags, True, description="Given several times: content that has all of them."),
    "media_item": Filter(an_id, any_of("media_item_id"), True, _ID),
    "search": Filter(a_text, _found, description="All the words, each in the title or the description."),
    "price_min": Filter(a_price, compared("price__gte"), schema=_PRICE),
    "price_max": Filter(a_price, compared("price__lte"), schema=_PRICE),
}

_COLUMNS = {"created_at": "created_at", "published_at": "published_at", "price": "price", "title": "title_sort"}
CONTENT_ORDERINGS: dict[str, tuple[str, ...]] = {
    f"{sign}{name}": (f"{sign}{column}", f"{sign}id") for name, column in _COLUMNS.items() for sign in ("-", "")
}
