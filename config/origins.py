"""Origins of URLs."""

from urllib.parse import urlsplit

from common.bucket_addresses import amazon_endpoint, bucket_url


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


def public_bucket_url(endpoint: str, region: str, bucket: str) -> str:
    """Return the address below which anyone finds the objects of a public-read bucket; no endpoint: Amazon's."""
    return bucket_url(endpoint or amazon_endpoint(region), bucket)
