"""Routes of the API that the resources app answers."""

from rest_framework.routers import SimpleRouter

from resources.api.documents import ResourceViewSet

router = SimpleRouter()
router.register("resources", ResourceViewSet, basename="resource")

urlpatterns = router.urls
