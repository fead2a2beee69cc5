"""Suggestions for addresses that are nearly right."""

import re

from django.urls import is_valid_path
from django.utils.translation import gettext as _

LONGEST = 300  # characters of an address that are repeated in a sentence
_FORMAT = re.compile(r"\.json/?$", re.IGNORECASE)


def suggested_path(path: str) -> str | None:
    """Return a valid address that differs from `path` only in slashes, case or a `.json` at its end."""
    if len(path) > LONGEST:
        return None
    tidy = _FORMAT.sub("", re.sub(r"/{2,}", "/", path)).rstrip("/") + "/"
    return next((each for each in (tidy, tidy.lower()) if each != path and is_valid_path(each)), None)


def not_found_sentence(path: str) -> str:
    """Return the sentence of a 404 for `path`, with a suggestion if there is one."""
    meant = suggested_path(path)
    return _("Not found. The address is %(path)s") % {"path": meant} if meant else _("Not found.")
