"""Outages in the log: one line each, no traceback. What failed is a neighbour, and there may be hundreds of them."""

import logging

LONGEST = 300  # characters of what the neighbour's driver says


class BriefOutages(logging.Filter):
    """Turns records of an outage (what is answered with 503) into warnings that end with its cause in one line.

    Formatting tracebacks for every request of an outage took more processor time than answering them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        cause = _outage_behind(record.exc_info[1]) if record.exc_info else None
        if cause is not None:
            said = " ".join(str(cause).split())[:LONGEST]
            record.msg, record.args = f"{record.getMessage()} ({type(cause).__name__}: {said})", ()
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def _outage_behind(error: BaseException | None) -> BaseException | None:
    """The error that says that a neighbour is away, among `error` and what led to it."""
    from common.errors import Unavailable
    from common.rest.exceptions import domain_error_of  # settings name this module before there are any

    while error is not None:
        if isinstance(domain_error_of(error), Unavailable):
            return error
        error = error.__cause__ or error.__context__
    return None
