"""Origins of URLs."""

from collections.abc import Callable
from urllib.parse import urlsplit

from environs import ValidationError

from common.bucket_urls import amazon_endpoint, bucket_url


def store_origins(*, endpoint: str, cdn: str, on_amazon: bool) -> list[str]:
    """Return the origins (scheme, host and port) that the stores' URLs have; buckets may be subdomains."""
    origins = ["https://*.amazonaws.com", "https://*.amazonaws.com.cn"] if on_amazon else []
    for url in (endpoint, cdn):
        parts = urlsplit(url)
        if parts.netloc:
            origins.append(f"{parts.scheme}://{parts.netloc}")
    if endpoint:
        parts = urlsplit(endpoint)
        origins.append(f"{parts.scheme}://*.{parts.netloc}")
    return origins


def is_address(*schemes: str) -> Callable[[str], None]:
    """Return a validator that takes the empty text, and an address with one of `schemes` and a host (or a path)."""

    def check(url: str) -> None:
        try:
            parts = urlsplit(url)
            is_whole = parts.scheme in schemes and bool(parts.hostname or (parts.scheme == "unix" and parts.path))
            is_right = not url or (is_whole and parts.port != 0)
        except ValueError:
            is_right = False
        if not is_right:  # not repeated: there may be a password in it
            raise ValidationError(f"It begins with {' or '.join(f'{scheme}://' for scheme in schemes)} and has a host.")

    return check


def are_origins(origins: list[str]) -> None:
    """Raise ValidationError unless each is a scheme and a host, with nothing behind it."""
    for origin in origins:
        is_address("http", "https")(origin)
        if not origin or origin.partition("://")[2].strip("/") != urlsplit(origin).netloc or origin.endswith("/"):
            raise ValidationError(f"{origin!r} is a scheme and a host, with nothing behind it.")


def public_bucket_url(endpoint: str, region: str, bucket: str) -> str:
    """Return the address below which anyone finds the objects of a public-read bucket; no endpoint: Amazon's."""
    return bucket_url(endpoint or amazon_endpoint(region), bucket)
