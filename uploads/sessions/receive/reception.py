"""The steps of one PUT to a signed URL, which do not wait for the client."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError
from django.utils.translation import gettext as _

from common.errors import Denied, NotFound
from common.resilience import deadlines
from uploads.choices import SessionState
from uploads.names import is_session_key
from uploads.sessions.queries import state_of_key
from uploads.storage import store as store_of
from uploads.storage.contract import ObjectExists, SizeMismatch
from uploads.storage.disk import DiskStore
from uploads.storage.disk.incoming import Incoming
from uploads.storage.disk.tokens import PutToken, put_token_of


class Reception:
    """One PUT: `begin`, `write` each chunk, `settle`, `publish`; always `close`.

    The URL is the permission: no sign-in is needed, and a changed byte of it is 403. It is valid while its upload
    session is open, which is checked before the body is read and again before the bytes become visible. `publish`
    raises the `refusal` of an earlier step.
    """

    def __init__(self, *, method: str, address: str, query: str, content_type: str, length: str) -> None:
        self._method, self._query, self._content_type, self._length = method, query, content_type, length
        self._alias, _, self._token = address.partition("/")
        self._incoming: Incoming | None = None
        self._put_token: PutToken
        self.refusal: Exception | None = None

    def begin(self) -> None:
        """Check the URL and open the file. Raises Denied, SizeMismatch, NotFound, ObjectExists.

        No middleware has run before, so the deadline of the request begins here.
        """
        with deadlines.within(settings.REQUEST_DEADLINE):
            self._begin()

    def _begin(self) -> None:
        self._put_token = self._permitted()
        store = self._disk_store()
        if self._length != str(self._put_token.size):
            raise SizeMismatch
        self._require_session(SessionState.OPEN)
        incoming = Incoming(store, self._put_token)
        incoming.begin()
        self._incoming = incoming

    def write(self, chunk: bytes) -> None:
        """Write one chunk of the body. Raises SizeMismatch, StoreUnavailable."""
        assert self._incoming
        self._incoming.write(chunk)

    def settle(self) -> None:
        """Finish the body: its length and checksum are checked."""
        assert self._incoming
        self._incoming.settle()

    def publish(self) -> str:
        """Make the bytes visible; return their ETag. Raises the refusal of an earlier step, and as `begin`."""
        if self.refusal:
            raise self.refusal
        assert self._incoming
        self._require_session(SessionState.OPEN)
        etag = self._incoming.keep()
        try:
            # The session may have ended meanwhile, and its bytes been deleted before these were visible.
            self._require_session(SessionState.OPEN, SessionState.COMPLETED)
        except (Denied, NotFound):  # only where the database confirms it: the bytes may belong to an upload
            self._incoming.withdraw()
            raise
        return etag

    @property
    def is_open(self) -> bool:
        """Whether a file is open for the body."""
        return self._incoming is not None

    def close(self) -> None:
        """Close the file; bytes that are not published are deleted."""
        incoming, self._incoming = self._incoming, None
        if incoming:
            incoming.close()

    def _permitted(self) -> PutToken:
        put_token = put_token_of(self._token)
        if self._method != "PUT" or self._query or put_token.store != self._alias:
            raise Denied(_("This URL is signed for one PUT without a query."))
        if put_token.content_type and self._content_type != put_token.content_type:
            raise Denied(_("The Content-Type differs from the signed one."))
        return put_token

    def _disk_store(self) -> DiskStore:
        try:
            store = store_of(self._alias)
        except (InvalidStorageError, ImproperlyConfigured) as error:
            raise Denied from error
        if not isinstance(store, DiskStore):
            raise Denied(_("This store does not receive files here."))
        return store

    def _require_session(self, *states: SessionState) -> None:
        """Raise where the session of the URL is in none of `states`; for a part NotFound, as the store does."""
        put_token = self._put_token
        if not is_session_key(put_token.key):
            return
        state = state_of_key(storage=put_token.store, key=put_token.key)
        if state in states:
            return
        if put_token.part:
            raise NotFound(_("This multipart upload is over."))
        if state == SessionState.COMPLETED:
            raise ObjectExists
        raise Denied(_("The upload session of this URL is over."))
