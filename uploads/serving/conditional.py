"""Preconditions and byte ranges (RFC 9110, sections 13 and 14): pure functions over the headers of a request.

`headers` is any mapping that finds names whatever their case, as `request.headers` does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.utils.http import http_date, parse_etags, parse_http_date_safe

from uploads.errors import RangeNotSatisfiable

# One range of one unit. Twenty digits hold any size; what is longer is no range at all.
_ONE_RANGE = re.compile(r"bytes=[ \t]*(?P<first>[0-9]{0,20})-(?P<last>[0-9]{0,20})[ \t]*", re.IGNORECASE)


class Verdict(Enum):
    """What the preconditions of a GET or HEAD say."""

    PROCEED = 200
    NOT_MODIFIED = 304
    FAILED = 412


@dataclass(frozen=True, slots=True)
class Validators:
    """What tells one state of a file from another: `etag` is quoted and may be weak (`W/"…"`)."""

    etag: str
    modified_at: datetime

    @property
    def last_modified(self) -> str:
        """The HTTP date of `modified_at`, in whole seconds."""
        return http_date(self.modified_at.timestamp())

    def is_etag(self, candidate: str, *, strongly: bool) -> bool:
        """Compare as section 8.8.3.2 says: strongly, weak tags never match; weakly, the W/ is ignored."""
        if strongly:
            return candidate == self.etag and not candidate.startswith("W/")
        return candidate.removeprefix("W/") == self.etag.removeprefix("W/")

    def is_any_of(self, header: str, *, strongly: bool) -> bool:
        """Tell whether an If-Match or If-None-Match header names this state; `*` names any."""
        tags = parse_etags(header)
        return tags == ["*"] or any(self.is_etag(tag, strongly=strongly) for tag in tags)

    def is_modified_after(self, date: str) -> bool | None:
        """Tell whether this state is younger than an HTTP date; None for what is no HTTP date (to be ignored)."""
        seconds = parse_http_date_safe(date)
        return None if seconds is None else int(self.modified_at.timestamp()) > seconds


@dataclass(frozen=True, slots=True)
class Slice:
    """The bytes from `start` up to, not including, `end`, of `size`."""

    start: int
    end: int
    size: int

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def judge(headers: Mapping[str, str], validators: Validators) -> Verdict:
    """Evaluate the preconditions of a GET or HEAD in the order of section 13.2.2."""
    if "If-Match" in headers:
        if not validators.is_any_of(headers["If-Match"], strongly=True):
            return Verdict.FAILED
    elif validators.is_modified_after(headers.get("If-Unmodified-Since", "")):
        return Verdict.FAILED
    if "If-None-Match" in headers:
        known = validators.is_any_of(headers["If-None-Match"], strongly=False)
    else:
        known = validators.is_modified_after(headers.get("If-Modified-Since", "")) is False
    return Verdict.NOT_MODIFIED if known else Verdict.PROCEED


def wanted_slice(headers: Mapping[str, str], validators: Validators, size: int) -> Slice | None:
    """Return the part of `size` bytes that a GET asks for, or None where it gets everything.

    Everything is also the answer to what is no valid range, to another unit, to several ranges at once (section 14.2
    lets a server ignore them) and where If-Range no longer holds. Raises RangeNotSatisfiable.
    """
    match = _ONE_RANGE.fullmatch(headers.get("Range", ""))
    if match is None or not _still_the_same(headers.get("If-Range"), validators):
        return None
    return _slice(match["first"], match["last"], size)


def _still_the_same(if_range: str | None, validators: Validators) -> bool:
    if if_range is None:
        return True
    if if_range.rstrip().endswith('"'):
        return validators.is_etag(if_range.strip(), strongly=True)
    return if_range.strip() == validators.last_modified


def _slice(first: str, last: str, size: int) -> Slice | None:
    if not first:
        return _last_bytes(last, size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable(size)
    return Slice(start, min(int(last) + 1, size) if last else size, size)


def _last_bytes(count: str, size: int) -> Slice | None:
    if not count:
        return None
    if int(count) == 0 or size == 0:
        raise RangeNotSatisfiable(size)
    return Slice(max(size - int(count), 0), size, size)
