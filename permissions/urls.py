"""Routes of the API that the permissions app answers."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from permissions.api.me_tokens import NamedTokenViewSet
from permissions.api.passwords import PasswordChangeViewSet, PasswordResetConfirmViewSet, PasswordResetViewSet
from permissions.api.roles import RoleViewSet
from permissions.api.tokens import LogoutViewSet, TokenViewSet

router = SimpleRouter()
router.register("me/tokens", NamedTokenViewSet, basename="me-token")
router.register("roles", RoleViewSet, basename="role")

urlpatterns = [
    path("auth/token/", TokenViewSet.as_view({"post": "create"}), name="auth-token"),
    path("auth/logout/", LogoutViewSet.as_view({"post": "create"}), name="auth-logout"),
    path("auth/password/change/", PasswordChangeViewSet.as_view({"post": "create"}), name="auth-password-change"),
    path("auth/password/reset/", PasswordResetViewSet.as_view({"post": "create"}), name="auth-password-reset"),
    path(
        "auth/password/reset/confirm/",
        PasswordResetConfirmViewSet.as_view({"post": "create"}),
        name="auth-password-reset-confirm",
    ),
    *router.urls,
]
