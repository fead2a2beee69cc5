"""The text that a person typed into a form that was not saved, to be shown and copied."""

from collections.abc import Iterator

from django.forms.utils import pretty_name
from django.http import HttpRequest

from common.db.ids import parse_id

MAX_FIELDS = 200
_SECRETS = ("password", "secret", "token")
_OF_DJANGO = frozenset({"action", "index", "select_across"})


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the names and texts of at most MAX_FIELDS fields, without ids, checkboxes and secrets."""
    return list(_typed_texts(request))[:MAX_FIELDS]


def _typed_texts(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name.startswith("_") or name.endswith("_FORMS") or name in _OF_DJANGO or _is_secret(name):
            continue
        if texts := [text for text in values if text.strip() and text != "on" and not parse_id(text)]:
            yield pretty_name(name.replace("-", " ")), "\n".join(texts)


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRETS)
