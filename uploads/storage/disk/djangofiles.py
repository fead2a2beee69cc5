"""Django's storage methods for the disk store, for code that does not use tickets."""

import mimetypes
import os
from abc import abstractmethod
from datetime import datetime

from django.core.exceptions import SuspiciousFileOperation
from django.core.files import File
from django.core.files.storage import Storage

from uploads.storage.contract import MissingObject, StoredObject
from uploads.storage.disk.tree import ABSENT, Draft, Tree, faults


class DjangoFiles(Storage):
    """The methods of `django.core.files.storage.Storage`. There is no `url`, since serving checks access."""

    tree: Tree

    # Implemented by the store

    @abstractmethod
    def open_descriptor(self, key: str) -> int: ...

    @abstractmethod
    def publish(self, draft: Draft, key: str, content_type: str, *, replace: bool) -> StoredObject: ...

    @abstractmethod
    def stat(self, key: str) -> StoredObject | None: ...

    @abstractmethod
    def _remove(self, key: str) -> None: ...

    @abstractmethod
    def _status(self, key: str) -> os.stat_result | None: ...

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise ValueError("Objects are written whole: use save().")
        try:
            with faults():
                return File(os.fdopen(self.open_descriptor(name), "rb"), name)
        except MissingObject as error:
            raise FileNotFoundError(name) from error

    def _save(self, name: str, content: File) -> str:
        with faults(), self.tree.draft() as draft:
            for chunk in content.chunks():
                draft.write(chunk)
            self.publish(draft, name, mimetypes.guess_type(name)[0] or "", replace=False)
        return name

    def delete(self, name: str) -> None:
        with faults():
            self._remove(name)

    def exists(self, name: str) -> bool:
        with faults():
            return self._status(name) is not None

    def _present(self, name: str) -> StoredObject:
        stored = self.stat(name)
        if stored is None:
            raise FileNotFoundError(name)
        return stored

    def size(self, name: str) -> int:
        return self._present(name).size

    def get_modified_time(self, name: str) -> datetime:
        return self._present(name).modified_at

    def path(self, name: str) -> str:
        return str(self.tree.root.joinpath(*name.split("/")))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        parts = [part for part in path.split("/") if part not in {"", "."}]
        if ".." in parts:
            raise SuspiciousFileOperation("Not a key.")
        with faults():
            try:
                with self.tree.directory(parts) as directory, os.scandir(directory) as entries:
                    listed = [(e.name, e.is_dir(follow_symlinks=False)) for e in entries if parts or e.name[0] != "."]
            except OSError as error:
                if error.errno in ABSENT:
                    return [], []
                raise
        return [name for name, is_dir in listed if is_dir], [name for name, is_dir in listed if not is_dir]
