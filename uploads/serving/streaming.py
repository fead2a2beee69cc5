"""Streaming a range of an open file in chunks."""

from collections.abc import Iterator
from typing import IO, Self

CHUNK = 128 * 1024  # bytes; the memory that a slow client takes


class FileRange(Iterator[bytes]):
    """`length` bytes of `file` from `start`. The file is closed after the last chunk, or with the response.

    Raises EOFError if the file is too short: the connection is closed, so that no client takes a part for the whole.
    """

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        self._file = file
        self._left = length
        file.seek(start)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._left == 0:
            self.close()
            raise StopIteration
        chunk = self._file.read(min(self._left, CHUNK))
        if not chunk:
            self.close()
            raise EOFError(f"{self._left} bytes are missing at the end of a stored file")
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Close the file; Django calls this when the response ends."""
        self._file.close()
