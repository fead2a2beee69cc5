"""boto3 clients, which are made once in each process and shared by its threads."""

import os
from threading import Lock
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config

from uploads.storage.s3 import records, timeouts

_clients: dict[tuple[str, ...], BaseClient] = {}
_lock = Lock()
os.register_at_fork(after_in_child=_clients.clear)  # processes must not share connections


def client(*, endpoint_url: str, region: str, access_key: str, secret_key: str, style: str = "path") -> BaseClient:
    """Return the S3 client of an endpoint (empty: Amazon's own) and an addressing style (`common.bucket_urls`).

    With empty keys boto3 searches for credentials as usual.
    """
    wanted = (endpoint_url, region, access_key, secret_key, style)
    with _lock:  # a client takes 80 ms, and threads must not share boto3's session
        if wanted not in _clients:
            made = boto3.session.Session(
                aws_access_key_id=access_key or None,
                aws_secret_access_key=secret_key or None,
                region_name=region or None,
            ).client("s3", endpoint_url=endpoint_url or None, config=config_for(style))
            made.meta.events.register("before-call.s3", _refuse_redirect)
            timeouts.limit_calls(made)
            records.record_calls(made)
            _clients[wanted] = made
        return _clients[wanted]


def _refuse_redirect(params: dict[str, Any], **_: object) -> None:
    """Follow no redirect: boto3 would search for the bucket's region, and redirect that request dozens of times.

    A wrong region is an error in the settings, which must not be hidden.
    """
    params["context"].setdefault("s3_redirect", {})["redirected"] = True


def config_for(style: str) -> Config:
    return Config(
        # Without it boto3 uses version 2 for some calls, whose signature leaves out length and conditions.
        signature_version="s3v4",
        s3={"addressing_style": style},
        # The newer default adds trailers that R2 and others refuse.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        max_pool_connections=50,
        connect_timeout=timeouts.CONNECT_TIMEOUT,
        read_timeout=timeouts.READ_TIMEOUT,  # of background jobs; `timeouts` limits the tries of requests
        retries={"mode": "standard", "max_attempts": 3},
    )
