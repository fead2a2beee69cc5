"""Routes of the API that this app answers."""

from rest_framework.routers import SimpleRouter

from media_library.api.categories import CategoryViewSet
from media_library.api.contents import ContentViewSet
from media_library.api.media_items import MediaItemViewSet

router = SimpleRouter()
router.register("categories", CategoryViewSet, basename="category")
router.register("content", ContentViewSet, basename="content")
router.register("media-items", MediaItemViewSet, basename="media-item")

urlpatterns = router.urls
