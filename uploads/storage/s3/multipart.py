"""Multipart uploads in a bucket."""

from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

from uploads.storage.contract import (
    InvalidParts,
    MissingObject,
    ObjectExists,
    StoredObject,
    StoredPart,
    StoreUnavailable,
    UnfinishedUpload,
)
from uploads.storage.s3.errors import faults


class MultipartMixin:
    """The multipart half of the contract, over `self.client`, `self.bucket_name` and `self.stat`."""

    bucket_name: str
    client: Any

    def stat(self, key: str) -> StoredObject | None: ...

    def start_multipart(self, key: str, *, content_type: str) -> str:
        with faults("start multipart"):
            answer = self.client.create_multipart_upload(Bucket=self.bucket_name, Key=key, ContentType=content_type)
        return answer["UploadId"]

    def list_parts(self, key: str, multipart_id: str) -> list[StoredPart]:
        parts: list[dict[str, Any]] = []
        marker: dict[str, int] = {}
        while True:
            with faults("list parts"):
                page = self.client.list_parts(Bucket=self.bucket_name, Key=key, UploadId=multipart_id, **marker)
            parts += page.get("Parts", ())
            if not page.get("IsTruncated"):
                break
            marker = {"PartNumberMarker": page["NextPartNumberMarker"]}
        # SeaweedFS lists a part that was sent twice two times; the later one is valid.
        latest = {part["PartNumber"]: part for part in sorted(parts, key=itemgetter("PartNumber", "LastModified"))}
        return [StoredPart(number, part["Size"], part["ETag"]) for number, part in latest.items()]

    def complete_multipart(self, key: str, multipart_id: str, parts: Iterable[StoredPart]) -> None:
        wanted = list(parts)
        numbers = [part.part_number for part in wanted]
        if not wanted or numbers != sorted(set(numbers)):
            raise InvalidParts  # some stores would sort them
        there = self.stat(key)
        if there:
            if there.size != sum(part.size for part in wanted):
                raise ObjectExists
            return  # an earlier call joined them, whose response was lost
        try:
            self._join(key, multipart_id, wanted)
        except (MissingObject, StoreUnavailable):
            # This or an earlier request may have joined them anyway; only the object shows it.
            if self.stat(key) is None:
                raise

    def _join(self, key: str, multipart_id: str, parts: list[StoredPart]) -> None:
        listed = {"Parts": [{"PartNumber": part.part_number, "ETag": part.etag} for part in parts]}
        with faults("complete multipart"):
            self.client.complete_multipart_upload(
                Bucket=self.bucket_name, Key=key, UploadId=multipart_id, MultipartUpload=listed
            )

    def abort_multipart(self, key: str, multipart_id: str) -> None:
        try:
            with faults("abort multipart"):
                self.client.abort_multipart_upload(Bucket=self.bucket_name, Key=key, UploadId=multipart_id)
        except MissingObject:
            return

    def unfinished(self, prefix: str = "") -> Iterator[UnfinishedUpload]:
        marker: dict[str, str] = {}
        while True:
            with faults("list multipart uploads"):
                page = self.client.list_multipart_uploads(Bucket=self.bucket_name, Prefix=prefix, **marker)
            for upload in page.get("Uploads", ()):
                yield UnfinishedUpload(upload["Key"], upload["UploadId"], upload["Initiated"])
            if not page.get("IsTruncated"):
                return
            marker = {"KeyMarker": page["NextKeyMarker"], "UploadIdMarker": page.get("NextUploadIdMarker", "")}
