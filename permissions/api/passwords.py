"""Changing a password, and choosing a new one by a link from an e-mail."""

from functools import partial

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.resilience.after_response import after_response
from common.rest.origin import origin_of
from common.rest.throttling import AccountThrottle
from permissions.api.requirements import ACCOUNT, ANYONE
from permissions.api.serializers import StrictSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.authentication.sign_in_guard import SignInGuard
from permissions.services.passwords import change_password, reset_password, send_password_links

CHANGED = {204: OpenApiResponse(description="Changed.")}


class PasswordField(serializers.CharField):
    """A password, as typed."""

    def __init__(self) -> None:
        super().__init__(max_length=1024, trim_whitespace=False, write_only=True)


class PasswordChangeSerializer(StrictSerializer):
    """The present password and a new one."""

    old_password = PasswordField()
    new_password = PasswordField()
    revoke_tokens = serializers.BooleanField(default=False, help_text="Revoke the named tokens as well.")


class PasswordResetSerializer(StrictSerializer):
    """The address of an account."""

    email = serializers.EmailField()


class PasswordResetConfirmSerializer(StrictSerializer):
    """`uid` and `token` of the link, which ends in `/{uid}/{token}/`, and a new password."""

    uid = serializers.CharField(max_length=100)
    token = serializers.CharField(max_length=100)
    new_password = PasswordField()


class PasswordChangeViewSet(ApiViewSet):
    """A new password for the signed-in user."""

    requires = {"create": ACCOUNT}
    acts_in_organization = False
    serializer_class = PasswordChangeSerializer

    @extend_schema(operation_id="auth_password_change_create", summary="Change the password", responses=CHANGED)
    def create(self, request: Request) -> Response:
        """Ends every other session and the tokens of sign-ins, also the one of this request. Failures are limited."""
        fields = self.validate_body(PasswordChangeSerializer)
        guard = SignInGuard(request, self.user.username)
        guard.admit()
        change_password(user=self.user, **fields)
        guard.succeed()
        if request.auth is None:
            update_session_auth_hash(request._request, self.user)
        return Response(status=204)


class PasswordResetViewSet(ApiViewSet):
    """A link to a new password, by e-mail."""

    requires = {"create": ANYONE}
    acts_in_organization = False
    serializer_class = PasswordResetSerializer
    action_throttles = {"create": AccountThrottle}

    @extend_schema(
        operation_id="auth_password_reset_create",
        summary="Send a link to a new password",
        responses={204: OpenApiResponse(description="Sent, if there is an account with this address.")},
        auth=[],
    )
    def create(self, request: Request) -> Response:
        """The answer is the same whether there is an account or not. Nothing is sent where no EMAIL_URL is set."""
        email = self.validate_body(PasswordResetSerializer)["email"]
        after_response(partial(send_password_links, email=email, origin=origin_of(request)))
        return Response(status=204)


class PasswordResetConfirmViewSet(ApiViewSet):
    """A new password by a link."""

    requires = {"create": ANYONE}
    acts_in_organization = False
    serializer_class = PasswordResetConfirmSerializer
    action_throttles = {"create": AccountThrottle}

    @extend_schema(
        operation_id="auth_password_reset_confirm_create",
        summary="Choose a new password by a link",
        responses=CHANGED,
        auth=[],
    )
    def create(self, request: Request) -> Response:
        """A link works once, within four hours; else 400 `invalid_token`."""
        reset_password(**self.validate_body(PasswordResetConfirmSerializer))
        return Response(status=204)
