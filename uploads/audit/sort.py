"""Sorting any number of objects by key, on disk."""

import heapq
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from operator import attrgetter
from tempfile import TemporaryFile
from typing import IO

from common.batches import batches
from uploads.storage.contract import StoredObject

RUN = 50_000  # objects sorted in memory at a time: about 20 MB

_by_key = attrgetter("key")


def in_order(objects: Iterable[StoredObject], *, run: int = RUN) -> Iterator[StoredObject]:
    """Yield the objects in order of the UTF-8 bytes of their keys (as Python compares text), each key once."""
    last = None
    with ExitStack() as files:
        runs = []
        for some in batches(objects, run):
            some.sort(key=_by_key)
            runs.append(_written(files.enter_context(TemporaryFile("w+", encoding="utf-8")), some))
        for each in heapq.merge(*map(_read, runs), key=_by_key):
            if each.key != last:
                yield each
            last = each.key


def _written(file: IO[str], objects: list[StoredObject]) -> IO[str]:
    for each in objects:
        file.write(json.dumps([each.key, each.size, each.etag, each.modified_at.isoformat()]) + "\n")
    file.seek(0)
    return file


def _read(file: IO[str]) -> Iterator[StoredObject]:
    for line in file:
        key, size, etag, modified_at = json.loads(line)
        yield StoredObject(key, size, etag, datetime.fromisoformat(modified_at))
