"""One PUT to a signed address, in steps of which none waits for the client."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError

from common.errors import Denied, NotFound
from common.resilience import deadlines
from uploads.choices import SessionState
from uploads.names import is_session_key
from uploads.sessions.queries import state_of_key
from uploads.storage import store as store_of
from uploads.storage.contract import ObjectExists, SizeMismatch
from uploads.storage.disk import DiskStore
from uploads.storage.disk.incoming import Incoming
from uploads.storage.disk.tokens import Permit, permit_of


class Reception:
    """`begin`, `write` what comes, `settle`, `publish`; `close` in any case.

    The address is the permission: no login, and a changed byte of it is 403. It dies with the upload session that it
    was signed for, which is asked before anything is read and again when the bytes are about to be seen.
    What an earlier step could not do (`refusal`) is raised by `publish`.
    """

    def __init__(self, *, method: str, address: str, query: str, content_type: str, length: str) -> None:
        self._method, self._query, self._content_type, self._length = method, query, content_type, length
        self._alias, _, self._token = address.partition("/")
        self._incoming: Incoming | None = None
        self._permit: Permit
        self.refusal: Exception | None = None

    def begin(self) -> None:
        """Raises Denied, SizeMismatch (another length than announced), NotFound, ObjectExists.

        No middleware was asked yet, so that the deadline of the request begins here.
        """
        with deadlines.within(settings.REQUEST_DEADLINE):
            self._begin()

    def _begin(self) -> None:
        self._permit = self._permitted()
        store = self._disk_store()
        if self._length != str(self._permit.size):
            raise SizeMismatch
        self._require_session(SessionState.OPEN)
        incoming = Incoming(store, self._permit)
        incoming.begin()
        self._incoming = incoming

    def write(self, chunk: bytes) -> None:
        assert self._incoming
        self._incoming.write(chunk)

    def settle(self) -> None:
        assert self._incoming
        self._incoming.settle()

    def publish(self) -> str:
        """Make the bytes visible; returns their ETag. Raises what went wrong so far, and as `begin`."""
        if self.refusal:
            raise self.refusal
        assert self._incoming
        self._require_session(SessionState.OPEN)
        etag = self._incoming.keep()
        try:
            # The session may have ended in between, and its bytes been removed before these were there.
            self._require_session(SessionState.OPEN, SessionState.COMPLETED)
        except (Denied, NotFound):  # where the database does not say so, they may be those of a file by now
            self._incoming.withdraw()
            raise
        return etag

    @property
    def is_open(self) -> bool:
        return self._incoming is not None

    def close(self) -> None:
        incoming, self._incoming = self._incoming, None
        if incoming:
            incoming.close()

    def _permitted(self) -> Permit:
        permit = permit_of(self._token)
        if self._method != "PUT" or self._query or permit.store != self._alias:
            raise Denied("This address allows one PUT, as it was signed.")
        if permit.content_type and self._content_type != permit.content_type:
            raise Denied("The Content-Type is not the signed one.")
        return permit

    def _disk_store(self) -> DiskStore:
        try:
            found = store_of(self._alias)
        except (InvalidStorageError, ImproperlyConfigured) as error:
            raise Denied from error
        if not isinstance(found, DiskStore):
            raise Denied("This store takes no bytes here.")
        return found

    def _require_session(self, *states: SessionState) -> None:
        """Raise where the session behind the address is in none of `states`: a part as where its upload is over."""
        permit = self._permit
        if not is_session_key(permit.key):
            return
        state = state_of_key(storage=permit.store, key=permit.key)
        if state in states:
            return
        if permit.part:
            raise NotFound("This upload is over.")
        if state == SessionState.COMPLETED:
            raise ObjectExists
        raise Denied("The upload session of this address is over.")
