"""Multipart uploads on disk: a hidden directory for each, with its parts as files until they are joined."""

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from uploads.storage.contract import InvalidParts, MissingObject, StoredPart, UnfinishedUpload
from uploads.storage.disk.tree import ABSENT, CHUNK, PARTS, Draft, Tree

_ABOUT = "about.json"
_ID = re.compile(r"[0-9a-f]{32}")
_PART = re.compile(r"\d{5}")
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Announcement:
    """The key and type of the object that a multipart upload makes."""

    key: str
    content_type: str


def etag_of(status: os.stat_result) -> str:
    """Return a quoted ETag, which changes with the bytes: files are never changed in place."""
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}"'


def start(tree: Tree, announcement: Announcement) -> str:
    multipart_id = uuid4().hex
    about = {"key": announcement.key, "content_type": announcement.content_type}
    with tree.draft() as draft:
        draft.write(json.dumps(about).encode())
        draft.publish([PARTS, multipart_id], _ABOUT, replace=False)
    return multipart_id


def announcement_of(tree: Tree, key: str, multipart_id: str) -> Announcement:
    """Return the announcement of an unfinished upload of that key. Raises MissingObject if there is none."""
    try:
        about = _about(tree, multipart_id)
    except OSError as error:
        if error.errno in ABSENT:
            raise MissingObject from error
        raise
    if about.key != key:
        raise MissingObject
    return about


def _about(tree: Tree, multipart_id: str) -> Announcement:
    if not _ID.fullmatch(multipart_id):
        raise MissingObject
    with tree.directory([PARTS, multipart_id]) as directory:
        descriptor = os.open(_ABOUT, _READ, dir_fd=directory)
    with os.fdopen(descriptor, "rb") as file:
        return Announcement(**json.loads(file.read()))


def publish_part(draft: Draft, multipart_id: str, part_number: int) -> str:
    """Keep a received part in place of an earlier one with that number; return its ETag. Raises MissingObject."""
    try:
        return etag_of(draft.publish([PARTS, multipart_id], f"{part_number:05}", replace=True, create=False))
    except FileNotFoundError as error:
        raise MissingObject from error


def list_parts(tree: Tree, multipart_id: str) -> list[StoredPart]:
    """Return the parts by number. Raises MissingObject if they are being removed."""
    try:
        with tree.directory([PARTS, multipart_id]) as directory:
            names = sorted(name for name in os.listdir(directory) if _PART.fullmatch(name))
            parts = [(int(name), os.stat(name, dir_fd=directory, follow_symlinks=False)) for name in names]
    except FileNotFoundError as error:
        raise MissingObject from error
    return [StoredPart(number, status.st_size, etag_of(status)) for number, status in parts]


def checked(parts: Iterable[StoredPart], stored: list[StoredPart]) -> list[StoredPart]:
    """Return the stored parts that `parts` names. Raises InvalidParts for none, unknown, changed or unordered ones."""
    known = {part.part_number: part for part in stored}
    named = list(parts)
    numbers = [part.part_number for part in named]
    if not named or numbers != sorted(set(numbers)):
        raise InvalidParts
    for part in named:
        if part.part_number not in known or known[part.part_number].etag.strip('"') != part.etag.strip('"'):
            raise InvalidParts
    return [known[number] for number in numbers]


def append_parts(tree: Tree, draft: Draft, multipart_id: str, parts: Iterable[StoredPart]) -> None:
    """Write the parts one after another, with one chunk in memory at a time."""
    with tree.directory([PARTS, multipart_id]) as directory:
        for part in parts:
            descriptor = os.open(f"{part.part_number:05}", _READ, dir_fd=directory)
            with os.fdopen(descriptor, "rb", buffering=0) as file:
                while chunk := file.read(4 * CHUNK):
                    draft.write(chunk)


def discard(tree: Tree, multipart_id: str) -> None:
    """Remove an upload and its parts. The announcement goes last, so that an interrupted removal can be repeated."""
    with suppress(FileNotFoundError), tree.directory([PARTS, multipart_id]) as directory:
        for name in sorted(os.listdir(directory)):
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=directory)
        with tree.directory([PARTS]) as parent, suppress(OSError):  # a part that arrives now keeps it
            os.rmdir(multipart_id, dir_fd=parent)


def unfinished(tree: Tree, prefix: str) -> Iterator[UnfinishedUpload]:
    try:
        with tree.directory([PARTS]) as directory:
            begun = sorted(os.listdir(directory))
    except FileNotFoundError:
        return
    for multipart_id in begun:
        with suppress(FileNotFoundError, MissingObject, ValueError):
            with tree.directory([PARTS, multipart_id]) as directory:
                status = os.stat(_ABOUT, dir_fd=directory, follow_symlinks=False)
            key = _about(tree, multipart_id).key
            if key.startswith(prefix):
                yield UnfinishedUpload(key, multipart_id, datetime.fromtimestamp(status.st_mtime, UTC))
