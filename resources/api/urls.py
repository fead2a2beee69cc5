"""Routes of the API that the resources app answers."""

from rest_framework.routers import SimpleRouter

from resources.api.documents import ResourceViewSet
from resources.api.library import LibraryResourceViewSet

router = SimpleRouter()
router.register("library-resources", LibraryResourceViewSet, basename="library-resource")
router.register("resources", ResourceViewSet, basename="resource")

urlpatterns = router.urls
