"""Preconditions and byte ranges (RFC 9110, sections 13 and 14): pure functions over the headers of a request.

`headers` is any mapping that ignores the case of names, as `request.headers` does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.utils.http import http_date, parse_etags, parse_http_date_safe

from uploads.errors import RangeNotSatisfiable

# One range of one unit. Twenty digits hold any size; longer numbers are not a range.
_ONE_RANGE = re.compile(r"bytes=[ \t]*(?P<first>[0-9]{0,20})-(?P<last>[0-9]{0,20})[ \t]*", re.IGNORECASE)


class PreconditionResult(Enum):
    """The outcome of the preconditions of a GET or HEAD, as the status of its answer."""

    PASSED = 200
    NOT_MODIFIED = 304
    FAILED = 412


@dataclass(frozen=True, slots=True)
class Validators:
    """The validators of one state of a file (RFC 9110, section 8.8): `etag` is quoted and may be weak (`W/"…"`)."""

    etag: str
    modified_at: datetime

    @property
    def last_modified(self) -> str:
        """The HTTP date of `modified_at`, in whole seconds."""
        return http_date(self.modified_at.timestamp())

    def is_etag(self, candidate: str, *, strongly: bool) -> bool:
        """Compare as in section 8.8.3.2: strongly, weak tags never match; weakly, the W/ is ignored."""
        if strongly:
            return candidate == self.etag and not candidate.startswith("W/")
        return candidate.removeprefix("W/") == self.etag.removeprefix("W/")

    def is_any_of(self, header: str, *, strongly: bool) -> bool:
        """Tell whether an If-Match or If-None-Match header names this state; `*` names any."""
        tags = parse_etags(header)
        return tags == ["*"] or any(self.is_etag(tag, strongly=strongly) for tag in tags)

    def is_modified_after(self, date: str) -> bool | None:
        """Tell whether this state is younger than an HTTP date; None if `date` is not one and is ignored."""
        seconds = parse_http_date_safe(date)
        return None if seconds is None else int(self.modified_at.timestamp()) > seconds


@dataclass(frozen=True, slots=True)
class ByteRange:
    """The bytes from `start` up to, not including, `end`, of `size`."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        """The number of bytes."""
        return self.end - self.start

    @property
    def content_range(self) -> str:
        """The value of the Content-Range header."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def evaluate_preconditions(headers: Mapping[str, str], validators: Validators) -> PreconditionResult:
    """Evaluate the preconditions of a GET or HEAD in the order of section 13.2.2."""
    if "If-Match" in headers:
        if not validators.is_any_of(headers["If-Match"], strongly=True):
            return PreconditionResult.FAILED
    elif validators.is_modified_after(headers.get("If-Unmodified-Since", "")):
        return PreconditionResult.FAILED
    if "If-None-Match" in headers:
        known = validators.is_any_of(headers["If-None-Match"], strongly=False)
    else:
        known = validators.is_modified_after(headers.get("If-Modified-Since", "")) is False
    return PreconditionResult.NOT_MODIFIED if known else PreconditionResult.PASSED


def requested_range(headers: Mapping[str, str], validators: Validators, size: int) -> ByteRange | None:
    """Return the range of `size` bytes that a GET asks for; None: the whole file.

    The whole file also answers an invalid range, another unit, several ranges (section 14.2 lets a server ignore
    them) and an If-Range that does not match. Raises RangeNotSatisfiable.
    """
    match = _ONE_RANGE.fullmatch(headers.get("Range", ""))
    if match is None or not _still_the_same(headers.get("If-Range"), validators):
        return None
    return _byte_range(match["first"], match["last"], size)


def _still_the_same(if_range: str | None, validators: Validators) -> bool:
    if if_range is None:
        return True
    if if_range.rstrip().endswith('"'):
        return validators.is_etag(if_range.strip(), strongly=True)
    return if_range.strip() == validators.last_modified


def _byte_range(first: str, last: str, size: int) -> ByteRange | None:
    if not first:
        return _last_bytes(last, size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable(size)
    return ByteRange(start, min(int(last) + 1, size) if last else size, size)


def _last_bytes(count: str, size: int) -> ByteRange | None:
    if not count:
        return None
    if int(count) == 0 or size == 0:
        raise RangeNotSatisfiable(size)
    return ByteRange(max(size - int(count), 0), size, size)
