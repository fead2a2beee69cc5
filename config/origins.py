"""Origins of URLs."""

from urllib.parse import urlsplit


def store_origins(*, endpoint: str, cdn: str, on_amazon: bool) -> list[str]:
    """Return the origins (scheme, host and port) that the stores' URLs have; buckets may be subdomains."""
    origins = ["https://*.amazonaws.com"] if on_amazon else []
    for url in (endpoint, cdn):
        parts = urlsplit(url)
        if parts.netloc:
            origins.append(f"{parts.scheme}://{parts.netloc}")
    if endpoint:
        parts = urlsplit(endpoint)
        origins.append(f"{parts.scheme}://*.{parts.netloc}")
    return origins


def public_bucket_url(endpoint: str, region: str, bucket: str) -> str:
    """Return the address below which anybody finds the objects of a public-read bucket; no endpoint: Amazon's."""
    return f"{endpoint.rstrip('/')}/{bucket}" if endpoint else f"https://{bucket}.s3.{region}.amazonaws.com"
