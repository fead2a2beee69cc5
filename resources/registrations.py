"""What this app registers with uploads. Imported when the apps are ready."""

from resources.lifecycle import DocumentLifecycle, LibraryResourceLifecycle, library_resource_labels
from resources.models import LibraryResource
from resources.services.library_files import LIBRARY_RESOURCE
from uploads.usages.lifecycle import register_lifecycle
from uploads.usages.registry import EntityType, register_entity

register_lifecycle(DocumentLifecycle())
register_lifecycle(LibraryResourceLifecycle())
register_entity(EntityType(LIBRARY_RESOURCE, labels=library_resource_labels, model=LibraryResource))
