"""Signed URLs at which this server receives bytes: the presigned PUT URLs of the disk store."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from common.errors import Denied

# One salt for each purpose: a token of another purpose is not valid here.
_SALT = "uploads.storage.receive"


@dataclass(frozen=True, slots=True)
class PutToken:
    """The permission of one signed URL: to store `size` bytes once, until `expires` (seconds since 1970).

    `content_type` and `checksum_sha256` (base64) are empty where any is accepted; `part` is 0 for a whole object.
    """

    store: str
    key: str
    size: int
    expires: int
    content_type: str = ""
    checksum_sha256: str = ""
    multipart_id: str = ""
    part: int = 0

    def signed(self) -> str:
        """Return the token as URL-safe text, signed with the key of this installation."""
        return Signer(salt=_SALT).sign_object(asdict(self))

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self.expires, UTC)


def put_token_of(text: str) -> PutToken:
    """Return the token of a URL. Raises Denied for an altered or expired one."""
    try:
        put_token = PutToken(**Signer(salt=_SALT).unsign_object(text))
    except (BadSignature, ValueError) as error:
        raise Denied(_("This URL was altered, or was signed by another installation.")) from error
    if datetime.now(UTC) >= put_token.expires_at:
        raise Denied(_("This URL has expired."))
    return put_token
