"""The store on local disk, with the same contract as S3."""

from uploads.storage.disk.store import DiskStore

__all__ = ["DiskStore"]
