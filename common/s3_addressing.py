"""How a bucket is addressed: as a host name or as the first part of the path. Decided here for every address.

Amazon wants host names, other services paths. A name with dots, underscores or capitals fits no host name below
Amazon's certificates (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html), so it stays in the
path there as well.
"""

import re
from urllib.parse import urlsplit

_HOST_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", re.ASCII)
_AMAZON = (".amazonaws.com", ".amazonaws.com.cn")


def is_amazon(endpoint: str) -> bool:
    """Return whether `endpoint` (a URL; empty: Amazon's own) is one of Amazon's."""
    return not endpoint or (urlsplit(endpoint).hostname or "").endswith(_AMAZON)


def addressing_style(endpoint: str, bucket: str) -> str:
    """Return `virtual` where the bucket is a host name, else `path`, in boto3's words."""
    return "virtual" if is_amazon(endpoint) and _HOST_LABEL.fullmatch(bucket) else "path"


def bucket_url(endpoint: str, bucket: str) -> str:
    """Return the address of a bucket, without a slash at its end; keys follow after one."""
    parts = urlsplit(endpoint)
    if addressing_style(endpoint, bucket) == "virtual":
        return f"{parts.scheme}://{bucket}.{parts.netloc}"
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/{bucket}"


def amazon_endpoint(region: str) -> str:
    """Return the endpoint of Amazon's S3 in `region`."""
    suffix = ".cn" if region.startswith("cn-") else ""
    return f"https://s3.{region}.amazonaws.com{suffix}"
