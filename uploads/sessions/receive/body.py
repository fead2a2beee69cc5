"""Bodies of PUTs to signed addresses, received by the event loop and written by threads, a chunk at a time."""

from collections import Counter
from functools import partial

from django.conf import settings

from common.asgi.bodies import ClientGone, Pace, Receive, Scope, arriving, header
from common.asgi.pool import ThreadPool
from common.errors import Busy
from uploads.sessions.receive.reception import Reception

PREFIX = "/storage/"
# Of one address: the second is a client that tries again while its first connection has not been given up yet.
MOST_OF_ONE = 2


class Receptions:
    """Those of one process that are under way."""

    def __init__(self, *, requests: ThreadPool, files: ThreadPool, pace: Pace) -> None:
        self.requests, self.files, self.pace = requests, files, pace
        self._addresses: Counter[str] = Counter()

    def enter(self, address: str) -> None:
        """Raises Busy beyond settings.MAX_CONCURRENT_RECEIVES, and for one address beyond MOST_OF_ONE."""
        if self._addresses.total() >= settings.MAX_CONCURRENT_RECEIVES or self._addresses[address] >= MOST_OF_ONE:
            raise Busy("Too many files are being received. Try again in a moment.")
        self._addresses[address] += 1

    def leave(self, address: str) -> None:
        self._addresses[address] -= 1
        self._addresses += Counter()  # forgets what is at zero

    def body_of(self, scope: Scope) -> "UploadBody | None":
        """The body of a PUT to a signed address; None for any other request."""
        if scope["method"] != "PUT" or not scope["path"].startswith(PREFIX):
            return None
        return UploadBody(scope, self)


class UploadBody:
    """What the client sends goes to the disk as it comes; the view finds `scope["reception"]` and publishes it."""

    patience = 60.0  # seconds for a thread: what was received is worth a wait

    def __init__(self, scope: Scope, receptions: Receptions) -> None:
        self.is_whole = self.is_begun = False
        self.size = 0
        self._receptions = receptions
        self._address = scope["path"].removeprefix(PREFIX)
        self._is_counted = False
        self._reception = scope["reception"] = Reception(
            method=scope["method"],
            address=self._address,
            query=scope["query_string"].decode("latin-1"),
            content_type=header(scope, b"content-type"),
            length=header(scope, b"content-length"),
        )

    async def take(self, receive: Receive) -> None:
        reception, files = self._reception, self._receptions.files
        try:
            self._receptions.enter(self._address)
            self._is_counted = True
            await self._receptions.requests.run(reception.begin)
            self.is_begun = True
            async for chunk in arriving(receive, self._receptions.pace):
                await files.run(partial(reception.write, chunk), patience=self.patience)
                self.size += len(chunk)
            self.is_whole = True
            await files.run(reception.settle, patience=self.patience)
        except ClientGone:
            raise
        except Exception as refusal:  # noqa: BLE001  the view raises it
            reception.refusal = refusal

    def read(self, size: int = -1) -> bytes:
        return b""

    def close(self) -> None:
        """The reception is closed when the view is done with it."""

    async def release(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self._receptions.leave(self._address)
        if self._reception.is_open:
            await self._receptions.files.run(self._reception.close, patience=self.patience)
