"""Tokens of share links: the id of the link, signed. SECRET_KEY_FALLBACKS are accepted."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

from uploads.errors import LinkInvalid

# One salt for each purpose, so that a token of another purpose is not accepted here.
_SALT = "uploads.sharing"


def token_of(link_id: UUID) -> str:
    """Return the token of a link: URL-safe, 76 characters, the same for the same secret key."""
    return _signer().sign(link_id.hex)


def link_id_of(token: str) -> UUID:
    """Return the id of the link of `token`. Raises LinkInvalid for a token that this installation did not sign."""
    try:
        return UUID(_signer().unsign(token))
    except (BadSignature, ValueError) as error:
        raise LinkInvalid from error


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")
