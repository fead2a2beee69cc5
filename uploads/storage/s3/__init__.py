"""The store in a bucket of any service that is compatible with S3: Amazon, R2, MinIO, Ceph, SeaweedFS."""

from uploads.storage.s3.store import S3Store

__all__ = ["S3Store"]
