"""The working folder of one attempt on local disk, which is removed after a kill as well."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from uploads.choices import JobState
from uploads.jobs import JobContext
from uploads.models import Job


@contextmanager
def attempt_folder(job: JobContext) -> Iterator[Path]:
    """Create an empty folder named after the attempt, and remove it at the end of the block."""
    reap_folders()
    folder = Path(settings.TRANSCODE_DIR) / f"{job.id.hex}-{job.attempt}"
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def reap_folders() -> int:
    """Remove the folders of attempts whose workers were killed; return how many. Safe to call at any time.

    A folder is created after its attempt began to run, so no folder in use is removed.
    """
    root = Path(settings.TRANSCODE_DIR)
    over = [path for path in root.iterdir() if not _is_running(path.name)] if root.is_dir() else []
    for path in over:
        shutil.rmtree(path, ignore_errors=True)
    return len(over)


def _is_running(name: str) -> bool:
    job_id, _, attempt = name.partition("-")
    try:
        return Job.objects.filter(pk=UUID(hex=job_id), attempts=int(attempt), state=JobState.RUNNING).exists()
    except ValueError:  # not a folder of an attempt
        return True
