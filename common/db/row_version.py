"""When two states of something are the same: the one digest behind the API's entity tags and the admin's forms."""

from hashlib import blake2b


def version_of(*facts: object) -> str:
    """Return a digest of 24 hexadecimal digits that differs when one of `facts` does, as its text shows it."""
    text = "\x1f".join(str(fact) for fact in facts)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
