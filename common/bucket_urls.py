"""URLs of S3 buckets: virtual-hosted style (the bucket in the host name) on Amazon, path style everywhere else.

A bucket with dots, underscores or capitals in its name does not match Amazon's certificates as a host name, so its URL
has path style on Amazon too (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
"""

import re
from urllib.parse import urlsplit

_HOST_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", re.ASCII)
_AMAZON = (".amazonaws.com", ".amazonaws.com.cn")


def is_amazon(endpoint: str) -> bool:
    """Tell whether `endpoint` (a URL; empty: Amazon's default) belongs to Amazon."""
    return not endpoint or (urlsplit(endpoint).hostname or "").endswith(_AMAZON)


def addressing_style(endpoint: str, bucket: str) -> str:
    """Return boto3's `addressing_style` for a bucket: `virtual` or `path`."""
    return "virtual" if is_amazon(endpoint) and _HOST_LABEL.fullmatch(bucket) else "path"


def bucket_url(endpoint: str, bucket: str) -> str:
    """Return the URL of a bucket without a trailing slash."""
    parts = urlsplit(endpoint)
    if addressing_style(endpoint, bucket) == "virtual":
        return f"{parts.scheme}://{bucket}.{parts.netloc}"
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/{bucket}"


def amazon_endpoint(region: str) -> str:
    """Return the URL of Amazon's S3 endpoint in `region`."""
    suffix = ".cn" if region.startswith("cn-") else ""
    return f"https://s3.{region}.amazonaws.com{suffix}"
