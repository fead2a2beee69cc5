"""The digest of a row's state, for the entity tags of the API and the forms of the admin."""

from hashlib import blake2b


def version_of(*facts: object) -> str:
    """Return a digest of 24 hexadecimal digits that differs when one of `facts` does, as its text shows it."""
    text = "\x1f".join(str(fact) for fact in facts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
