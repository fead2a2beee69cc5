"""One deadline for everything that a request waits for, over all calls and retries.

Code that waits for a service (database, store, cache) asks `remaining()`, and raises an error (503) when no
time is left. Commands and background jobs have no deadline.
Django runs a request in one context, so that it holds under WSGI, under ASGI and in tests; a thread that a request
starts needs `contextvars.copy_context().run` to inherit it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

T = TypeVar("T")

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


class DeadlineExceeded(TimeoutError):
    """The deadline of the request has passed."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit the waits of the block to `seconds` in all; an earlier outer deadline stays."""
    ends, outer = monotonic() + seconds, _ends.get()
    token = _ends.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _ends.reset(token)


@contextmanager
def allowing(seconds: float) -> Iterator[None]:
    """Do not count the time of the block, up to `seconds`: for bytes that the request itself sends."""
    outer, began = _ends.get(), monotonic()
    if outer is None:
        yield
        return
    _ends.set(outer + seconds)
    try:
        yield
    finally:
        _ends.set(outer + min(seconds, monotonic() - began))


def remaining() -> float | None:
    """Return the seconds left, negative after the deadline; None without a deadline."""
    ends = _ends.get()
    return None if ends is None else ends - monotonic()


def is_bounded() -> bool:
    """Tell whether there is a deadline."""
    return _ends.get() is not None


def bounded(seconds: float) -> float:
    """Return `seconds`, or the seconds left if they are fewer. Raises DeadlineExceeded after the deadline."""
    left = remaining()
    if left is None:
        return seconds
    if left <= 0:
        raise DeadlineExceeded
    return min(seconds, left)


def paced(chunks: Iterator[T], seconds: float) -> Iterator[T]:
    """Yield `chunks`, waiting at most `seconds` for each: for responses that are produced while they are sent."""
    while True:
        with within(seconds):
            try:
                chunk = next(chunks)
            except StopIteration:
                return
        yield chunk


class RequestDeadlineMiddleware:
    """Middleware: a request waits for services for settings.REQUEST_DEADLINE seconds in all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with within(settings.REQUEST_DEADLINE):
            return self.get_response(request)
