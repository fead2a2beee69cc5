"""Routes of the API that the uploads app answers."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from uploads.api.activity import ActivityViewSet
from uploads.api.bulk import BulkViewSet
from uploads.api.grants import GrantViewSet
from uploads.api.me import AvatarViewSet, MeViewSet
from uploads.api.sessions import UploadSessionViewSet
from uploads.api.share_links import ShareLinkViewSet
from uploads.api.stats import StatsViewSet
from uploads.api.tags import TagViewSet
from uploads.api.trash import TrashViewSet
from uploads.api.uploads import UploadViewSet
from uploads.api.usages import UsageViewSet
from uploads.api.versions import ReplacementViewSet, VersionViewSet
from uploads.api.webhooks import WebhookViewSet

UPLOAD = r"uploads/(?P<pk>[^/.]+)"

router = SimpleRouter()
# First the routes with a word in the place of an id.
router.register("uploads", BulkViewSet, basename="upload-bulk")
router.register("uploads", StatsViewSet, basename="upload-stats")
router.register("uploads", TrashViewSet, basename="upload-trash")
router.register("uploads", UploadViewSet, basename="upload")
router.register("uploads", GrantViewSet, basename="upload-grants")
router.register(f"{UPLOAD}/activity", ActivityViewSet, basename="upload-activity")
router.register(f"{UPLOAD}/replace", ReplacementViewSet, basename="upload-replacement")
router.register(f"{UPLOAD}/share-links", ShareLinkViewSet, basename="upload-share-link")
router.register(f"{UPLOAD}/usages", UsageViewSet, basename="upload-usage")
router.register(f"{UPLOAD}/versions", VersionViewSet, basename="upload-version")
router.register("tags", TagViewSet, basename="tag")
router.register("upload-sessions", UploadSessionViewSet, basename="upload-session")
router.register("webhooks", WebhookViewSet, basename="webhook")

urlpatterns = [
    path("me/", MeViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="me"),
    path("me/avatar/", AvatarViewSet.as_view({"put": "update", "delete": "destroy"}), name="me-avatar"),
    *router.urls,
]
