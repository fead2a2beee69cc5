"""A local copy of a file's bytes, for programs that read files, such as decoders without network access."""

from collections.abc import Callable
from pathlib import Path

from uploads.models import Upload
from uploads.storage import store

REPORTED = 64 * 1024**2  # bytes between two reports


def local_copy(upload: Upload, target: Path, *, report: Callable[[float], None]) -> Path:
    """Return a path to the bytes of `upload`: in a store on this machine, else copied to `target`.

    A copy that is there already is complete, and used again. `report` is called from time to time with the part that is
    copied, 0 to 1; its errors are passed on. Takes constant memory. Raises MissingObject and StoreUnavailable.
    """
    path = store(upload.storage).local_path(upload.key)
    if path:
        return Path(path)
    if target.exists():
        return target
    done = 0
    with target.open("wb") as file:
        for chunk in store(upload.storage).read(upload.key):
            file.write(chunk)
            if done // REPORTED != (done + len(chunk)) // REPORTED:
                report(done / upload.size)
            done += len(chunk)
    return target
