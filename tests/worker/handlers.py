"""Handlers that leave traces in DATA_DIR, so that a test can look at another process."""

import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from permissions.models import Organization
from uploads.jobs import JobContext, handler


def note(job: JobContext) -> None:
    with (Path(settings.DATA_DIR) / f"attempts-{job.subject}").open("a") as trace:
        trace.write(f"{job.attempt}\n")


@handler("gated", lease=timedelta(seconds=3), backoff=timedelta(seconds=1))
def gated(job: JobContext) -> dict:
    """Wait for the gate to be opened, then write one row, once."""
    note(job)
    gate = Path(settings.DATA_DIR) / f"gate-{job.subject}"
    while not gate.exists():
        job.report(50)
        time.sleep(0.05)
    with job.writing():
        Organization.objects.create(slug=job.subject, name=job.subject)  # a second time would break a constraint
    return {"attempt": job.attempt}


@handler("stuck", lease=timedelta(seconds=3), timeout=timedelta(seconds=1), backoff=timedelta(seconds=1))
def stuck(job: JobContext) -> dict:
    """The first attempt hangs where nothing reaches it."""
    note(job)
    if job.attempt == 1:
        time.sleep(600)
    return {"attempt": job.attempt}
