"""Origins of URLs."""

from collections.abc import Callable
from urllib.parse import urlsplit

from environs import ValidationError

from common.bucket_urls import amazon_endpoint, bucket_url


def store_origins(*, endpoint: str, cdn: str, on_amazon: bool) -> list[str]:
    """Return the origins (scheme, host and port) of the URLs of the stores; buckets may be subdomains."""
    origins = ["https://*.amazonaws.com", "https://*.amazonaws.com.cn"] if on_amazon else []
    for url in (endpoint, cdn):
        parts = urlsplit(url)
        if parts.netloc:
            origins.append(f"{parts.scheme}://{parts.netloc}")
    if endpoint:
        parts = urlsplit(endpoint)
        origins.append(f"{parts.scheme}://*.{parts.netloc}")
    return origins


def address_validator(*schemes: str) -> Callable[[str], None]:
    """Return a validator that accepts an empty text, and a URL with one of `schemes` and a host (or a path)."""

    def check(url: str) -> None:
        try:
            parts = urlsplit(url)
            is_complete = parts.scheme in schemes and bool(parts.hostname or (parts.scheme == "unix" and parts.path))
            is_valid = not url or (is_complete and parts.port != 0)
        except ValueError:
            is_valid = False
        if not is_valid:  # not repeated: it may contain a password
            starts = " or ".join(f"{scheme}://" for scheme in schemes)
            raise ValidationError(f"Must start with {starts} and name a host.")

    return check


def validate_origins(origins: list[str]) -> None:
    """Raise ValidationError unless each is a scheme and a host without a path."""
    for origin in origins:
        address_validator("http", "https")(origin)
        if not origin or origin.partition("://")[2].strip("/") != urlsplit(origin).netloc or origin.endswith("/"):
            raise ValidationError(f"{origin!r} must be a scheme and a host without a path.")


def public_bucket_url(endpoint: str, region: str, bucket: str) -> str:
    """Return the URL of a public-read bucket; an empty endpoint means Amazon's."""
    return bucket_url(endpoint or amazon_endpoint(region), bucket)
