"""Facts of an object that the disk store keeps beside its bytes: checksum and type, in a small file of their own.

They are written after the object, so that a crash in between loses only them. They are valid while the size and the
modification time of the object are those that they name, so that they never describe other bytes.
"""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass

from uploads.storage.disk.tree import ABSENT, FACTS, Tree

_LIMIT = 4096  # bytes that are read; these files are much smaller


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of the object of this size and modification time; `checksum_sha256` is base64."""

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
