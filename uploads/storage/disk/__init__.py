"""A store on local disk that keeps the same contract as S3."""

from uploads.storage.disk.store import DiskStore

__all__ = ["DiskStore"]
