"""What an outage leaves in the log."""

import logging
import sys

import pytest
from django.db import OperationalError
from redis.exceptions import ConnectionError as RedisDown

from common.errors import Conflict, Unavailable
from common.rest.outage_logs import BriefOutages


def logged(error):
    """The record of an error that was answered."""
    try:
        raise error
    except Exception:  # noqa: BLE001
        record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Failed: %s", ("/a/",), sys.exc_info())
    assert BriefOutages().filter(record)
    return record


# FA-C1 FA-C2
@pytest.mark.parametrize(
    "error", [OperationalError("no\n route to host"), RedisDown("no route to host"), Unavailable()]
)
def test_an_outage_is_one_line_with_its_cause(error):
    record = logged(error)
    said = logging.Formatter("%(levelname)s %(message)s").format(record)
    assert "\n" not in said
    assert said.startswith(f"WARNING Failed: /a/ ({type(error).__name__}: ")


@pytest.mark.parametrize("error", [ValueError("a fault of ours"), Conflict()])
def test_everything_else_keeps_its_traceback(error):
    assert "Traceback" in logging.Formatter().format(logged(error))
