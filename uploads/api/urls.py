"""Routes of the API that the uploads app answers."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from uploads.api.me import AvatarViewSet, MeViewSet
from uploads.api.sessions import UploadSessionViewSet
from uploads.api.tags import TagViewSet
from uploads.api.viewsets import UploadViewSet
from uploads.api.webhooks import WebhookViewSet

router = SimpleRouter()
router.register("uploads", UploadViewSet, basename="upload")
router.register("tags", TagViewSet, basename="tag")
router.register("webhooks", WebhookViewSet, basename="webhook")
router.register("upload-sessions", UploadSessionViewSet, basename="upload-session")

urlpatterns = [
    path("me/", MeViewSet.as_view({"get": "retrieve", "patch": "partial_update"}), name="me"),
    path("me/avatar/", AvatarViewSet.as_view({"put": "update", "delete": "destroy"}), name="me-avatar"),
    *router.urls,
]
