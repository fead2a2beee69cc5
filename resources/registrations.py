"""What the uploads app is told about documents and library resources."""

from resources.lifecycle import Documents, LibraryResources, library_resources_shown
from resources.models import LibraryResource
from resources.services.library_files import LIBRARY_RESOURCE
from uploads.usages.lifecycle import register_use
from uploads.usages.registry import EntityType, register_entity

register_use(Documents())
register_use(LibraryResources())
register_entity(EntityType(LIBRARY_RESOURCE, shown=library_resources_shown, model=LibraryResource))
