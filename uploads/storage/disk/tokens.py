"""Signed addresses at which this server takes bytes: the disk store's presigned PUT URLs."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer

from common.errors import Denied

# One salt per purpose: a token made for anything else is worth nothing here.
_SALT = "uploads.storage.receive"


@dataclass(frozen=True, slots=True)
class Permit:
    """What one signed address allows: exactly these bytes, once, until `expires` (seconds since 1970).

    `content_type` and `checksum_sha256` (base64) are empty where anything goes; `part` is 0 for a whole object.
    """

    store: str
    key: str
    size: int
    expires: int
    content_type: str = ""
    checksum_sha256: str = ""
    multipart_id: str = ""
    part: int = 0

    def token(self) -> str:
        """URL-safe text that only this installation's keys can make."""
        return Signer(salt=_SALT).sign_object(asdict(self))

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self.expires, UTC)


def permit_of(token: str) -> Permit:
    """The permit that `token` carries. Raises Denied for an altered or expired one."""
    try:
        permit = Permit(**Signer(salt=_SALT).unsign_object(token))
    except (BadSignature, ValueError) as error:
        raise Denied("This address was altered or is not ours.") from error
    if datetime.now(UTC) >= permit.expires_at:
        raise Denied("This address has expired.")
    return permit
