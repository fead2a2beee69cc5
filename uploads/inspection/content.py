"""Content that is fetched by byte ranges."""

from collections.abc import Callable, Iterator

WINDOW = 64 * 1024


class Content:
    """An object of `size` bytes that is read by range; one window is kept, so that nearby reads cost one fetch.

    `fetch(start, end)` yields the bytes from `start` up to, not including, `end`, in chunks of any length.
    """

    def __init__(self, size: int, fetch: Callable[[int, int], Iterator[bytes]]):
        self.size = size
        self._fetch = fetch
        self._start = 0
        self._window = b""

    @classmethod
    def of_bytes(cls, data: bytes) -> "Content":
        return cls(len(data), lambda start, end: iter((data[start:end],)))

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`, fewer at the end of the object."""
        start, end = max(start, 0), min(end, self.size)
        if start >= end:
            return b""
        if not (self._start <= start and end <= self._start + len(self._window)):
            wanted = min(max(end, start + WINDOW), self.size)
            self._start, self._window = start, b"".join(self._fetch(start, wanted))
        return self._window[start - self._start : end - self._start]

    @property
    def head(self) -> bytes:
        """The first 4 KiB."""
        return self.read(0, 4096)

    def chunks(self, end: int | None = None) -> Iterator[bytes]:
        """Return all of it, or what is before `end`, in order, without keeping any."""
        return self._fetch(0, self.size if end is None else min(end, self.size))
