"""What opens the file in the address of a share link: its id, signed. A rotated key counts while it is a fallback."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from uploads.errors import LinkInvalid

# One salt per purpose: a token made for anything else is worth nothing here.
_SALT = "uploads.sharing"


def token_of(link_id: UUID) -> str:
    """Return the token of a link, always the same one for the same key. URL-safe, 76 characters."""
    return _signer().sign(link_id.hex)


def link_id_of(token: str) -> UUID:
    """Return the id that `token` names. Raises LinkInvalid for one that was altered or is not ours."""
    try:
        return UUID(_signer().unsign(token))
    except (BadSignature, ValueError) as error:
        raise LinkInvalid from error


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")
