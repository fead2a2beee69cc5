"""What the uploads app is told about documents and library resources."""

from resources.lifecycle import Documents, LibraryResources, library_resource_labels
from resources.models import LibraryResource
from resources.services.library_files import LIBRARY_RESOURCE
from uploads.usages.lifecycle import register_lifecycle
from uploads.usages.registry import EntityType, register_entity

register_lifecycle(Documents())
register_lifecycle(LibraryResources())
register_entity(EntityType(LIBRARY_RESOURCE, labels=library_resource_labels, model=LibraryResource))
