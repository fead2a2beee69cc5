"""The S3 store."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self, cast
from urllib.parse import quote

from boto3.s3.transfer import TransferConfig
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from django.conf import settings
from django.utils.deconstruct import deconstructible
from django.utils.http import content_disposition_header
from storages.backends.s3 import S3Storage

from common.bucket_urls import addressing_style, bucket_url
from common.resilience import deadlines
from uploads.storage.contract import (
    Disposition,
    KeysOutOfOrder,
    MissingObject,
    Readable,
    RemovalFailure,
    StoredObject,
    StoreUnavailable,
    Ticket,
)
from uploads.storage.s3 import clients
from uploads.storage.s3.errors import code_of, faults
from uploads.storage.s3.multipart import MultipartMixin
from uploads.storage.s3.presign import MAX_LIFETIME, Credentials, presigned, presigned_part, presigned_put, steady_time
from uploads.storage.s3.removal import remove_objects

logger = logging.getLogger(__name__)

SLOWEST_PUT = 1024**2  # bytes a second; a request gets the time to send its bytes at this rate
_CHUNK = 256 * 1024
_CHUNK_IN_REQUESTS = 32 * 1024
_MIB = 1024**2
_TRANSFER = TransferConfig(multipart_threshold=64 * _MIB, multipart_chunksize=64 * _MIB, use_threads=False)
_COPY = TransferConfig(multipart_threshold=5 * 1024 * _MIB, multipart_chunksize=512 * _MIB)
# The parameters of a URL that set further headers of the download.
_OVERRIDES = {"Cache-Control": "response-cache-control", "Content-Language": "response-content-language"}


@deconstructible
class S3Store(MultipartMixin, S3Storage):
    """Objects in the bucket `bucket_name`; endpoint, region and keys come from settings.S3_*.

    The credentials need ListBucket besides reading and writing: without it a missing object is answered as a refusal.
    """

    def __init__(self, *, bucket_name: str, **options: object) -> None:
        super().__init__(
            bucket_name=bucket_name,
            access_key=settings.S3_ACCESS_KEY_ID or None,
            secret_key=settings.S3_SECRET_ACCESS_KEY or None,
            region_name=settings.S3_REGION,
            endpoint_url=settings.S3_ENDPOINT_URL or None,
            client_config=clients.config_for(addressing_style(settings.S3_ENDPOINT_URL, bucket_name)),
            **{"file_overwrite": False, "default_acl": None, **options},
        )
        self._public_url = settings.S3_PUBLIC_ENDPOINT_URL or settings.S3_ENDPOINT_URL

    @property
    def client(self) -> BaseClient:
        """The client for calls, at the address by which this server reaches the store."""
        return self._client(self.endpoint_url or "")

    @property
    def signing_client(self) -> BaseClient:
        """The client that signs URLs for clients, at the address by which they reach the store. It sends nothing."""
        return self._client(self._public_url)

    def _client(self, endpoint_url: str) -> BaseClient:
        return clients.client(
            endpoint_url=endpoint_url,
            region=self.region_name,
            access_key=self.access_key or "",
            secret_key=self.secret_key or "",
            style=addressing_style(endpoint_url, self.bucket_name),
        )

    # Bytes from clients

    def sign_upload(
        self, key: str, *, size: int, content_type: str, checksum_sha256: str = "", expires_in: timedelta
    ) -> Ticket:
        return presigned_put(
            self.signing_client,
            self.bucket_name,
            key,
            size=size,
            content_type=content_type,
            checksum_sha256=checksum_sha256,
            expires_in=expires_in,
        )

    def sign_part(self, key: str, multipart_id: str, part_number: int, *, size: int, expires_in: timedelta) -> Ticket:
        return presigned_part(
            self.signing_client, self.bucket_name, key, multipart_id, part_number, size=size, expires_in=expires_in
        )

    # Objects

    def stat(self, key: str) -> StoredObject | None:
        try:
            with faults("head"):
                head = self.client.head_object(Bucket=self.bucket_name, Key=key, ChecksumMode="ENABLED")
        except MissingObject:
            return None
        checksum = head.get("ChecksumSHA256")
        return StoredObject(
            key,
            head["ContentLength"],
            head["ETag"],
            head["LastModified"],
            head.get("ContentType", ""),
            None if checksum and "-" in checksum else checksum,  # "…-3" is a checksum of the parts' checksums
        )

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        if end is not None and end <= start:
            return
        wanted = {} if not start and end is None else {"Range": f"bytes={start}-{'' if end is None else end - 1}"}
        with faults("get"):
            try:
                body = self.client.get_object(Bucket=self.bucket_name, Key=key, **wanted)["Body"]
            except ClientError as error:
                if code_of(error) in {"InvalidRange", "416"}:
                    return
                raise
        try:
            while chunk := _next_chunk(body):
                yield chunk
        finally:
            body.close()

    def put(self, key: str, content: Readable, *, content_type: str) -> StoredObject:
        with faults("put"), deadlines.allowing(_length(content) / SLOWEST_PUT):
            self.client.upload_fileobj(
                _Unclosed(content), self.bucket_name, key, ExtraArgs={"ContentType": content_type}, Config=_TRANSFER
            )
        return self._written(key)

    @contextmanager
    def batch(self) -> Iterator[Self]:
        yield self  # every object is durable once the store confirms it

    def copy(self, source: str, target: str) -> StoredObject:
        origin = {"Bucket": self.bucket_name, "Key": source}
        with faults("copy"):
            # Threads of boto3 do not have the deadline of the request.
            config = _TRANSFER if deadlines.is_bounded() else _COPY
            self.client.copy(origin, self.bucket_name, target, Config=config)
        return self._written(target)

    def _written(self, key: str) -> StoredObject:
        stored = self.stat(key)
        if stored is None:
            raise StoreUnavailable
        return stored

    def remove(self, keys: Iterable[str]) -> list[RemovalFailure]:
        return remove_objects(self.client, self.bucket_name, keys)

    def walk(self, prefix: str = "", *, after: str = "") -> Iterator[StoredObject]:
        last = after
        for stored in self._list(prefix, {"StartAfter": after} if after else {}):
            if stored.key <= last:  # stored objects would look missing when they are merged with rows
                logger.error("s3 list: keys are not in order")
                raise KeysOutOfOrder
            last = stored.key
            yield stored

    def scan(self, prefix: str = "") -> Iterator[StoredObject]:
        return self._list(prefix, {})

    def temporary_files(self) -> Iterator[StoredObject]:
        return iter(())  # an interrupted PUT leaves nothing

    def reap_temporary_files(self, older_than: timedelta) -> int:
        return 0

    def _list(self, prefix: str, where: dict[str, str]) -> Iterator[StoredObject]:
        while True:
            with faults("list"):
                page = self.client.list_objects_v2(Bucket=self.bucket_name, Prefix=prefix, **where)
            for entry in page.get("Contents", ()):
                yield StoredObject(entry["Key"], entry["Size"], entry["ETag"], entry["LastModified"])
            if not page.get("IsTruncated"):
                return
            where = {"ContinuationToken": page["NextContinuationToken"]}

    def clock(self) -> datetime:
        with faults("list"):
            answer = self.client.list_objects_v2(Bucket=self.bucket_name, MaxKeys=1)
        date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        return parsedate_to_datetime(date) if date else datetime.now(UTC)

    def sign_download(
        self, key: str, *, disposition: Disposition, expires_in: timedelta, method: str = "GET"
    ) -> str | None:
        """Sign a download. The URL stays the same for half of `expires_in`, and is valid for at least that long."""
        lasting = max(min(expires_in, MAX_LIFETIME), timedelta(seconds=2))
        parameters = {
            "response-content-type": disposition.content_type,
            "response-content-disposition": content_disposition_header(not disposition.inline, disposition.filename)
            or "inline",
        }
        parameters |= {_OVERRIDES[name]: value for name, value in disposition.extra.items() if name in _OVERRIDES}
        return presigned(
            method,
            self._address(key),
            parameters,
            credentials=self._credentials(),
            region=self.signing_client.meta.region_name,
            at=steady_time(datetime.now(UTC), lasting),
            expires_in=lasting,
        )

    def local_path(self, key: str) -> str | None:
        return None

    def _address(self, key: str) -> str:
        return f"{bucket_url(self.signing_client.meta.endpoint_url, self.bucket_name)}/{quote(key, safe='/-_.~')}"

    def _credentials(self) -> Credentials:
        if self.access_key:
            return Credentials(self.access_key, self.secret_key)
        frozen = self.signing_client._request_signer._credentials.get_frozen_credentials()
        return Credentials(frozen.access_key, frozen.secret_key, frozen.token or "")


class _Unclosed:
    """A file for boto3, which closes what it is given."""

    def __init__(self, file: Readable) -> None:
        self.read = file.read


def _next_chunk(body: StreamingBody) -> bytes:
    """Return the next bytes: fewer in a request, so that its deadline is checked often on a slow line."""
    with faults("read"):
        deadlines.bounded(1)
        return cast(bytes, body.read(_CHUNK_IN_REQUESTS if deadlines.is_bounded() else _CHUNK))


def _length(content: Readable) -> int:
    """Return the number of bytes of an uploaded file; 0 for files that the server made."""
    return getattr(content, "size", None) or 0
