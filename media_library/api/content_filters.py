"""The parameters of lists of content and of categories."""

import re
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from common.rest.filters import (
    OneOfField,
    OrderingFilter,
    RepeatableFilter,
    Schema,
    StrictFilter,
    StrictFilterSet,
    TextField,
    UUIDField,
    ValueField,
    WordsFilter,
)
from media_library.choices import ContentStatus
from media_library.models import Content, ContentTag
from permissions.access import Access, scope
from uploads.files.tag_names import tag_slug


class PriceField(ValueField):
    """US dollars, with cents or without."""

    schema: Schema = {"type": "string", "format": "decimal"}

    def read(self, text: str) -> Decimal:
        if not re.fullmatch(r"[0-9]{1,10}(\.[0-9]{1,2})?", text):
            raise ValueError(text)
        return Decimal(text)


class PriceFilter(StrictFilter):
    field_class = PriceField


class ContentFilterSet(StrictFilterSet[Access]):
    """The list of content."""

    status = RepeatableFilter(value=OneOfField(ContentStatus.values))
    category = RepeatableFilter("category_id", value=UUIDField())
    tag = RepeatableFilter(
        value=TextField(), method="by_tags", help_text=_("Given several times: content that has all of them.")
    )
    media_item = RepeatableFilter("media_item_id", value=UUIDField())
    search = WordsFilter(help_text=_("All the words, each in the title or the description."))
    price_min = PriceFilter("price", "gte")
    price_max = PriceFilter("price", "lte")
    ordering = OrderingFilter(
        {"created_at": "created_at", "published_at": "published_at", "price": "price", "title": "title_sort"}
    )

    def by_tags(self, rows: QuerySet[Content], name: str, tags: list[str]) -> QuerySet[Content]:
        """Content with all of the tags: a subquery for each tag, so that none of them multiplies rows."""
        for slug in dict.fromkeys(map(tag_slug, tags)):
            tagged = scope(ContentTag.objects.filter(tag__slug=slug), self.access)
            rows = rows.filter(pk__in=tagged.order_by().values("content_id"))
        return rows


class CategoryFilterSet(StrictFilterSet[Access]):
    """The list of categories."""

    search = WordsFilter(help_text=_("All the words, each in the name, in any spelling."))
