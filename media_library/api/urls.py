"""Routes of the API that this app answers."""

from rest_framework.routers import SimpleRouter

from media_library.api.media_items import MediaItemViewSet

router = SimpleRouter()
router.register("media-items", MediaItemViewSet, basename="media-item")

urlpatterns = router.urls
