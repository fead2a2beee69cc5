"""Routes of the API that this app answers."""

from rest_framework.routers import SimpleRouter

from media_library.api.attachments import AttachmentViewSet
from media_library.api.captions import CaptionViewSet
from media_library.api.categories import CategoryViewSet
from media_library.api.contents import ContentViewSet
from media_library.api.media_items import MediaItemViewSet
from media_library.api.transcoding_callback import TranscodingCallbackViewSet

router = SimpleRouter()
router.register("categories", CategoryViewSet, basename="category")
router.register("content", ContentViewSet, basename="content")
router.register(r"content/(?P<pk>[^/.]+)/resources", AttachmentViewSet, basename="content-resource")
router.register(r"media-items/(?P<pk>[^/.]+)/captions", CaptionViewSet, basename="media-item-caption")
router.register("media-items", MediaItemViewSet, basename="media-item")
router.register(
    r"media-items/(?P<pk>[^/.]+)/transcoding-callback",
    TranscodingCallbackViewSet,
    basename="media-item-transcoding-callback",
)

urlpatterns = router.urls
