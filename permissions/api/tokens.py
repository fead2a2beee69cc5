"""Signing in and out of the API."""

from typing import Any

from django.contrib.auth import authenticate, logout
from django.contrib.auth.signals import user_logged_in
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response

from permissions.api.requirements import ANYONE, SIGNED_IN
from permissions.api.serializers import StrictSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.authentication.sign_in_guard import SignInGuard
from permissions.authentication.tokens import issue_token


class CredentialsSerializer(StrictSerializer):
    """User name and password."""

    username = serializers.CharField(max_length=600)  # four times a name: decomposed letters are longer
    password = serializers.CharField(max_length=1024, trim_whitespace=False, write_only=True)


class IssuedTokenSerializer(serializers.Serializer[Any]):
    """A token. It is shown only in this answer."""

    token = serializers.CharField(read_only=True)
    expires_at = serializers.DateTimeField(read_only=True)


class TokenViewSet(ApiViewSet):
    """Signing in to the API."""

    requires = {"create": ANYONE}
    acts_in_organization = False
    serializer_class = CredentialsSerializer

    @extend_schema(operation_id="auth_token_create", summary="Sign in", responses={200: IssuedTokenSerializer}, auth=[])
    def create(self, request: Request) -> Response:
        """Exchange user name and password for a token."""
        credentials = self.validate_body(CredentialsSerializer)
        guard = SignInGuard(request, credentials["username"])
        guard.admit()
        user = authenticate(request._request, **credentials)
        if user is None:
            raise AuthenticationFailed(gettext("Wrong user name or password."))
        guard.succeed()
        token, expires_at = issue_token(user=user)
        user_logged_in.send(sender=type(user), request=request._request, user=user)
        return Response(IssuedTokenSerializer({"token": token, "expires_at": expires_at}).data)


class LogoutViewSet(ApiViewSet):
    """Signing out of the API."""

    requires = {"create": SIGNED_IN}
    acts_in_organization = False
    serializer_class = serializers.Serializer

    @extend_schema(
        operation_id="auth_logout_create",
        summary="Sign out",
        request=None,
        responses={204: OpenApiResponse(description="Signed out.")},
    )
    def create(self, request: Request) -> Response:
        """Revoke the token of the sign-in, or end the session, that this request was made with.

        Named tokens stay: they are revoked at `/me/tokens/`.
        """
        token: Any = request.auth
        if token is None:
            logout(request._request)
        elif not token.is_named:
            token.delete()
        return Response(status=204)
