"""The parameters of the list of library resources."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Invalid
from common.rest.filters import OneOfField, OrderingFilter, RepeatableFilter, StrictFilterSet, TextField, WordsFilter
from permissions.access import Access
from resources.api.library_serializers import UNSUPPORTED
from resources.choices import LibraryStatus, LibraryType


class LibraryTypeFilter(RepeatableFilter):
    """Refuses unknown types with a separate error code."""

    def refusal(self, name: str) -> Invalid:
        types = {"types": ", ".join(LibraryType.values)}
        return Invalid(
            gettext("The type of a library resource is one of: %(types)s.") % types, attr=name, code=UNSUPPORTED
        )


class LibraryFilterSet(StrictFilterSet[Access]):
    """The list of library resources."""

    type = LibraryTypeFilter(value=OneOfField(LibraryType.values))
    gender = RepeatableFilter(value=TextField())
    age_group = RepeatableFilter(value=TextField())
    environment = RepeatableFilter(value=TextField())
    category = RepeatableFilter(value=TextField())
    status = RepeatableFilter(value=OneOfField(LibraryStatus.values))
    search = WordsFilter(help_text=_("All the words, each in the name or an attribute."))
    ordering = OrderingFilter({"created_at": "created_at"})
