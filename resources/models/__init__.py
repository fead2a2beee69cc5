"""Documents and where they are attached, one noun a file."""

from resources.models.attachment import ResourceAttachment
from resources.models.resource import Resource

__all__ = ["Resource", "ResourceAttachment"]
