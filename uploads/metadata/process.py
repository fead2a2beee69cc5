"""Reading metadata in the sandbox, and checking what comes out of it."""

import json
import logging
import signal
import sys
from pathlib import Path

from django.conf import settings

from uploads.metadata.fields import Metadata, checked
from uploads.sandbox.run import Limits, is_limited, run

LIMITS = Limits(seconds=10, memory=512 * 1024**2, file_size=1024**2)
PATIENCE = 60  # further seconds that may pass on a busy machine
_CRASHES = {-signal.SIGILL, -signal.SIGABRT, -signal.SIGFPE, -signal.SIGSEGV, -signal.SIGBUS}

log = logging.getLogger(__name__)


def metadata_of(path: Path, mime_type: str, *, limits: Limits = LIMITS) -> Metadata | None:
    """Return what the file says of itself: nothing for one that breaks its reader or takes too much.

    None after a fault of this machine, after which another attempt may succeed. Raises nothing of its own, since
    nothing else may fail for metadata.
    """
    arguments = [str(path), mime_type, str(settings.MAX_IMAGE_PIXELS)]
    command = [sys.executable, "-m", "uploads.metadata.read", *arguments]
    try:
        ended = run(command, limits, timeout=limits.seconds + PATIENCE)
    except TimeoutError:
        log.warning("Reading metadata took longer than %d seconds.", limits.seconds + PATIENCE)
        return None
    if is_limited(ended.returncode) or ended.returncode in _CRASHES:
        return {}
    if ended.returncode:
        log.warning(
            "Reading metadata ended with %d: %s", ended.returncode, ended.stderr[-500:].decode("utf-8", "replace")
        )
        return None
    return _answer(ended.stdout)


def _answer(output: bytes) -> Metadata:
    """Return the checked answer: a library that a file took control of must not choose what gets into a row."""
    try:
        return checked(json.loads(output.splitlines()[-1])["metadata"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return {}
