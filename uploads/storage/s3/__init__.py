"""A store in a bucket of any S3-compatible service: Amazon, R2, MinIO, Ceph, SeaweedFS."""

from uploads.storage.s3.store import S3Store

__all__ = ["S3Store"]
