"""Bodies of PUTs to signed URLs: received by the event loop and written by threads, chunk by chunk."""

from collections import Counter
from functools import partial

from django.conf import settings
from django.utils.translation import gettext

from common.asgi.bodies import ClientGone, Pace, Receive, Scope, header, receive_chunks
from common.asgi.pool import ThreadPool
from common.errors import Busy
from uploads.sessions.receive.reception import Reception

PREFIX = "/storage/"
# Of one URL: a client may try again before its first connection has timed out.
MAX_PER_URL = 2


class Receptions:
    """The bodies that one process is receiving."""

    def __init__(self, *, requests: ThreadPool, files: ThreadPool, pace: Pace) -> None:
        self.requests, self.files, self.pace = requests, files, pace
        self._addresses: Counter[str] = Counter()

    def enter(self, address: str) -> None:
        """Count a body in. Raises Busy above settings.MAX_CONCURRENT_RECEIVES, and above MAX_PER_URL of one URL."""
        if self._addresses.total() >= settings.MAX_CONCURRENT_RECEIVES or self._addresses[address] >= MAX_PER_URL:
            raise Busy(gettext("Too many files are being received. Try again in a moment."))
        self._addresses[address] += 1

    def leave(self, address: str) -> None:
        """Count a body out."""
        self._addresses[address] -= 1
        self._addresses += Counter()  # drops zero counts

    def body_of(self, scope: Scope) -> "UploadBody | None":
        """Return the body of a PUT to a signed URL; None for any other request."""
        if scope["method"] != "PUT" or not scope["path"].startswith(PREFIX):
            return None
        return UploadBody(scope, self)


class UploadBody:
    """Writes the body to disk as it arrives; the view finds `scope["reception"]` and publishes it."""

    patience = 60.0  # seconds to wait for a thread, so that received bytes are not lost

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
        """Receive the body. Errors but ClientGone are kept for the view, in `reception.refusal`."""
        reception, files = self._reception, self._receptions.files
        try:
            self._receptions.enter(self._address)
            self._is_counted = True
            await self._receptions.requests.run(reception.begin)
            self.is_begun = True
            async for chunk in receive_chunks(receive, self._receptions.pace):
                await files.run(partial(reception.write, chunk), patience=self.patience)
                self.size += len(chunk)
            self.is_whole = True
            await files.run(reception.settle, patience=self.patience)
        except ClientGone:
            raise
        except Exception as refusal:  # noqa: BLE001  the view raises it
            reception.refusal = refusal

    def read(self, size: int = -1) -> bytes:
        """Return nothing: the body is on disk."""
        return b""

    def close(self) -> None:
        """Do nothing: the view closes the reception."""

    async def release(self) -> None:
        """Count the body out and close its file."""
        if self._is_counted:
            self._is_counted = False
            self._receptions.leave(self._address)
        if self._reception.is_open:
            await self._receptions.files.run(self._reception.close, patience=self.patience)
