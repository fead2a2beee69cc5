"""Outages in the log: one line each and no traceback. A failing service can cause hundreds of them."""

import logging

MAX_LENGTH = 300  # characters of the driver's message


class BriefOutages(logging.Filter):
    """Turns records of an outage (a 503) into warnings that end with its cause in one line.

    Formatting tracebacks for every request of an outage took more processor time than responding to them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Shorten `record` if it is about an outage; keeps every record."""
        cause = _outage_behind(record.exc_info[1]) if record.exc_info else None
        if cause is not None:
            message = " ".join(str(cause).split())[:MAX_LENGTH]
            record.msg, record.args = f"{record.getMessage()} ({type(cause).__name__}: {message})", ()
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


def _outage_behind(error: BaseException | None) -> BaseException | None:
    """Return `error` or the cause of it that is an outage of a service; None if there is none."""
    from common.errors import Unavailable
    from common.rest.exceptions import (
        domain_error_of,  # not at the top: the settings import this module, and these read the settings
    )

    while error is not None:
        if isinstance(domain_error_of(error), Unavailable):
            return error
        error = error.__cause__ or error.__context__
    return None
