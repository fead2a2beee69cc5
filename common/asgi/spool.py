"""Request bodies that are received into a temporary file before the request takes a thread."""

from dataclasses import dataclass, field
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO

from common.asgi.bodies import Pace, Receive, Scope, announced_size, header, receive_chunks
from common.asgi.pool import PATIENCE, ThreadPool
from common.errors import BodyTooLarge, Busy, DomainError

IN_MEMORY = 32 * 1024  # bytes of a body; what is longer goes to disk


@dataclass(slots=True)
class SpoolBudget:
    """What all spooled bodies of a process may take together: their number, and their bytes."""

    bodies: int = 1024
    size: int = 1024**3
    taken: int = field(default=0, init=False)

    def enter(self) -> None:
        if not self.bodies:
            raise Busy
        self.bodies -= 1

    def grow(self, size: int) -> None:
        if self.taken + size > self.size:
            raise Busy
        self.taken += size

    def leave(self, size: int) -> None:
        self.bodies += 1
        self.taken -= size


class SpooledBody:
    """A body of at most `limit` bytes.

    A body that is too large, too slow or beyond the budget raises when a view reads it, so that a view that refuses the
    request for another reason answers with that reason.
    """

    patience = PATIENCE

    def __init__(self, scope: Scope, *, limit: int, pace: Pace, budget: SpoolBudget, files: ThreadPool) -> None:
        self._announced = announced_size(scope)
        self.is_whole = self._announced == 0
        self.is_begun = False
        self._limit, self._pace, self._budget, self._files = limit, pace, budget, files
        self._file: IO[bytes] = BytesIO()
        self._refusal: DomainError | None = None
        self._is_counted = False
        self.size = 0

    async def take(self, receive: Receive) -> None:
        if self.is_whole:
            return
        try:
            if self._announced is not None and self._announced > self._limit:
                raise BodyTooLarge
            self._budget.enter()
            self._is_counted = self.is_begun = True
            async for chunk in receive_chunks(receive, self._pace):
                await self._keep(chunk)
            self.is_whole = True
            self._file.seek(0)
        except DomainError as refusal:
            self._refusal = refusal

    async def _keep(self, chunk: bytes) -> None:
        if self.size + len(chunk) > self._limit:
            raise BodyTooLarge
        self._budget.grow(len(chunk))
        self.size += len(chunk)
        if self.size <= IN_MEMORY:
            self._file.write(chunk)
        else:
            await self._files.run(lambda: self._write_to_disk(chunk))

    def _write_to_disk(self, chunk: bytes) -> None:
        if isinstance(self._file, BytesIO):
            earlier, self._file = self._file.getvalue(), TemporaryFile()  # noqa: SIM115  closed by `close`
            self._file.write(earlier)
        self._file.write(chunk)

    def read(self, size: int = -1) -> bytes:
        if self._refusal is not None:
            raise self._refusal
        return self._file.read(size)

    def readline(self, size: int = -1) -> bytes:
        if self._refusal is not None:
            raise self._refusal
        return self._file.readline(size)

    def close(self) -> None:
        self._file.close()

    async def release(self) -> None:
        self._file.close()
        if self._is_counted:
            self._is_counted = False
            self._budget.leave(self.size)


def body_limit(scope: Scope, *, form: int, other: int) -> int:
    """Return the limit of the body in bytes: `form` for a multipart form, else `other`."""
    return form if header(scope, b"content-type").lower().startswith("multipart/form-data") else other
