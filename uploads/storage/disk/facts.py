"""What the disk store remembers of an object besides its bytes: checksum and type, in a small file of their own.

Written after the object, so that a crash in between only loses them; believed only while size and modification time
are those of the object they were written for, so that they never describe other bytes.
"""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass

from uploads.storage.disk.tree import ABSENT, FACTS, Tree

_LIMIT = 4096  # bytes; far more than any of these files has


@dataclass(frozen=True, slots=True)
class Facts:
    """`checksum_sha256` is base64, `content_type` as announced."""

    checksum_sha256: str
    content_type: str
    size: int
    modified_ns: int


def _place(key: str) -> tuple[list[str], str]:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return [FACTS, digest[:2], digest[2:4]], digest


def write(tree: Tree, key: str, status: os.stat_result, *, checksum_sha256: str, content_type: str) -> None:
    facts = Facts(checksum_sha256, content_type, status.st_size, status.st_mtime_ns)
    directories, name = _place(key)
    with tree.draft() as draft:
        draft.write(json.dumps(asdict(facts)).encode())
        draft.publish(directories, name, replace=True, durable=False)


def read(tree: Tree, key: str, status: os.stat_result) -> Facts | None:
    directories, name = _place(key)
    try:
        with tree.directory(directories) as directory:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
        with os.fdopen(descriptor, "rb") as file:
            facts = Facts(**json.loads(file.read(_LIMIT)))
    except (ValueError, TypeError):  # torn by a loss of power
        return None
    except OSError as error:
        if error.errno in ABSENT:
            return None
        raise
    return facts if (facts.size, facts.modified_ns) == (status.st_size, status.st_mtime_ns) else None


def delete(tree: Tree, key: str) -> None:
    with suppress(FileNotFoundError):
        tree.remove(*_place(key))
