"""What a person wrote into a form that is not saved, to be shown and copied."""

from collections.abc import Iterator

from django.forms.utils import pretty_name
from django.http import HttpRequest

from common.db.ids import parse_id

MOST = 200  # fields that are shown
_SECRET = ("password", "secret", "token")
_OF_DJANGO = frozenset({"action", "index", "select_across"})


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """Return names of fields and what was typed there: no ids, no ticks, nothing secret."""
    return list(_typed(request))[:MOST]


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name.startswith("_") or name.endswith("_FORMS") or name in _OF_DJANGO or _is_secret(name):
            continue
        if texts := [text for text in values if text.strip() and text != "on" and not parse_id(text)]:
            yield pretty_name(name.replace("-", " ")), "\n".join(texts)


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET)
