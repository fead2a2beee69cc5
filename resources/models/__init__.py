"""Documents and where they are attached; the resource library. One noun a file."""

from resources.models.attachment import ResourceAttachment
from resources.models.library import LibraryResource, LibraryResourceFile
from resources.models.resource import Resource

__all__ = ["LibraryResource", "LibraryResourceFile", "Resource", "ResourceAttachment"]
