"""Bytes of a file, a little at a time."""

from collections.abc import Iterator
from typing import IO, Self

CHUNK = 128 * 1024  # what a client that reads slowly costs in memory


class FileSlice(Iterator[bytes]):
    """`length` bytes of `file` from `start`, closed with the last one or when the answer is given up.

    A file that ends too early raises: the connection then breaks off, and nobody takes the rest for the whole.
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
        self._file.close()
