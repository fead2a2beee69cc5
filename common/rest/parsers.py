"""Request bodies in strict JSON."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.http import parse_header_parameters
from django.utils.translation import gettext
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import JSONParser

MAX_DEPTH = 32  # the deepest body of the contract has 5 levels
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class StrictJSONParser(JSONParser):
    """JSON of RFC 8259 and I-JSON (RFC 7493): UTF-8 without byte order mark, finite numbers, unique names.

    Raises ParseError (400), UnsupportedMediaType (415) for another charset, and RequestDataTooBig (413).
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the value of the body."""
        parameters = parse_header_parameters(media_type or "")[1]
        if parameters.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType(media_type or self.media_type, gettext("JSON must be encoded in UTF-8."))
        try:
            text = _read(stream).decode()
            value = json.loads(
                text, parse_constant=_refuse_constant, parse_float=_finite, object_pairs_hook=_each_name_once
            )
        except RecursionError:
            raise _parse_error(gettext("nested too deeply")) from None
        except ValueError as error:
            raise _parse_error(str(error)[:200]) from None
        _check_depth(value)
        # Rare, so the text is searched first: lone halves of a surrogate pair cannot be stored or sent.
        if _SURROGATE.search(text) and not _is_encodable(value):
            raise _parse_error(gettext("lone surrogates are not characters"))
        return value


def _parse_error(reason: str) -> ParseError:
    return ParseError(gettext("JSON parse error - %(reason)s") % {"reason": reason})


def _read(stream: IO[Any]) -> bytes:
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    body = stream.read() if limit is None else stream.read(limit + 1)
    if limit is not None and len(body) > limit:
        raise RequestDataTooBig(f"Request body exceeded {limit} bytes.")
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(gettext("%(name)s is not JSON") % {"name": name})


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(gettext("number out of range"))
    return number


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError(gettext("a name is given twice"))
    return members


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        containers = [item for item in level if isinstance(item, dict | list)]
        level = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
        if not containers:
            return
    raise _parse_error(gettext("nested too deeply"))


def _is_encodable(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
