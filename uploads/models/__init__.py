"""The models of uploads, one module for each noun."""

from uploads.models.activity import Activity
from uploads.models.extension import UploadExtension
from uploads.models.imports import ImportedFile, ImportRun
from uploads.models.job import Job, PeriodicRun, StorageDeletion
from uploads.models.rendition import Rendition
from uploads.models.session import StorageAccount, UploadSession
from uploads.models.share_link import ShareLink
from uploads.models.tag import Tag, UploadTag
from uploads.models.upload import Upload, UploadGroupObjectPermission, UploadUserObjectPermission
from uploads.models.usage import Usage
from uploads.models.version import UploadVersion
from uploads.models.webhook import Webhook, WebhookDelivery
from uploads.models.worker import WorkerProcess

__all__ = [
    "Activity",
    "ImportRun",
    "ImportedFile",
    "Job",
    "PeriodicRun",
    "Rendition",
    "ShareLink",
    "StorageAccount",
    "StorageDeletion",
    "Tag",
    "Upload",
    "UploadExtension",
    "UploadGroupObjectPermission",
    "UploadSession",
    "UploadTag",
    "UploadUserObjectPermission",
    "UploadVersion",
    "Usage",
    "Webhook",
    "WebhookDelivery",
    "WorkerProcess",
]
