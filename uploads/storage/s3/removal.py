"""Removing objects: a thousand in one call, or one by one from a store that does not accept that call.

DeleteObjects needs a checksum; which one depends on the store. Older MinIO and OneFS accept Content-MD5 alone, which
boto3 no longer sends, and some do not implement the call. So a 400, 405 or 501 says nothing about the keys.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from common.batches import batches
from uploads.storage.contract import MissingObject, RemovalFailure, StoreUnavailable
from uploads.storage.s3.errors import code_of, faults, status_of

AT_ONCE = 1000  # keys that DeleteObjects takes
SINGLE_DELETES = 8  # requests under way at the same time
_REFUSALS = {400, 405, 411, 501}

_single_only: set[str] = set()  # endpoints that this process has seen refuse DeleteObjects


def remove_objects(client: BaseClient, bucket: str, keys: Iterable[str]) -> list[RemovalFailure]:
    """Remove `keys` from `bucket`; missing ones count as removed. Raises StoreUnavailable."""
    failures: list[RemovalFailure] = []
    for batch in batches(keys, AT_ONCE):
        failures += _remove_batch(client, bucket, batch)
    return failures


def _remove_batch(client: BaseClient, bucket: str, keys: list[str]) -> list[RemovalFailure]:
    endpoint = client.meta.endpoint_url
    if endpoint in _single_only:
        return _remove_singly(client, bucket, keys)
    with faults("delete"):
        try:
            return _remove_together(client, bucket, keys)
        except ClientError as error:
            if status_of(error) not in _REFUSALS:
                raise
    failures = _remove_singly(client, bucket, keys)
    if len(failures) < len(keys):  # single deletes work
        _single_only.add(endpoint)
    return failures


def _remove_together(client: BaseClient, bucket: str, keys: list[str]) -> list[RemovalFailure]:
    objects = [{"Key": key} for key in keys]
    answer = client.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})
    errors = [error for error in answer.get("Errors", ()) if error.get("Code") != "NoSuchKey"]
    return [RemovalFailure(error["Key"], error.get("Code", "")) for error in errors]


def _remove_singly(client: BaseClient, bucket: str, keys: list[str]) -> list[RemovalFailure]:
    """Remove keys one by one; a refusal is a failure of its key. Raises StoreUnavailable without a connection."""

    def remove(key: str) -> RemovalFailure | None:
        try:
            with faults("delete"):
                client.delete_object(Bucket=bucket, Key=key)
        except MissingObject:
            return None
        except StoreUnavailable as error:
            if isinstance(error.__context__, ClientError):
                return RemovalFailure(key, code_of(error.__context__))
            raise
        return None

    with ThreadPoolExecutor(min(SINGLE_DELETES, len(keys))) as pool:
        waiting = [pool.submit(copy_context().run, remove, key) for key in keys]
        try:
            return [failure for each in waiting if (failure := each.result())]
        finally:
            for each in waiting:
                each.cancel()  # the rest, if the store did not respond to one of them
