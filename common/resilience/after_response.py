"""Work that no response waits for: the record of a use, an e-mail. It runs once the response has been sent.

The web server takes the work of a request (`take`) and calls `run` after sending; anywhere else, also in tests, the end
of the request runs it. The work of a process that is killed in between is lost: what must not be lost is a job.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar

from django.core.signals import request_finished
from django.dispatch import receiver

from common.resilience import deadlines

SECONDS = 10.0  # that one piece of work waits for services

Work = tuple[Callable[[], object], ...]

log = logging.getLogger(__name__)

_waiting: ContextVar[Work] = ContextVar("work after the response", default=())


def after_response(work: Callable[[], object]) -> None:
    """Call `work` once the response of the current request has been sent; an error is only logged."""
    _waiting.set((*_waiting.get(), work))


def take() -> Work:
    """Return the work of the current request, which is then the caller's to run."""
    work = _waiting.get()
    if work:
        _waiting.set(())
    return work


def run(work: Work) -> None:
    """Do all of `work`, each part whether the others failed or not."""
    for each in work:
        try:
            with deadlines.within(SECONDS):
                each()
        except Exception:
            log.exception("%s failed after the response.", getattr(each, "__qualname__", repr(each)))


@receiver(request_finished)
def run_at_end(**_: object) -> None:
    """Run what the web server did not take."""
    run(take())
