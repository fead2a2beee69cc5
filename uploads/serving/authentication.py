"""Authenticating the caller of a file, and checking access to it."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed

from common.db.statements import Statement
from common.errors import Denied, NotFound
from permissions.access import Access, rule
from permissions.authentication.tokens import ApiTokenAuthentication
from permissions.choices import Action
from permissions.context import access_of
from permissions.errors import NotAMember
from permissions.models import User
from uploads.models import Upload
from uploads.querysets import UploadQuerySet

ANYONE = Access(user_id=None, organization_id=None)


def authenticate(request: HttpRequest) -> User | AnonymousUser:
    """Return the owner of the token, else the user of the session.

    An invalid token makes the caller anonymous: public files are served anyway, and no 401 makes a browser prompt.
    """
    if "Authorization" not in request.headers:
        return request.user
    try:
        result = ApiTokenAuthentication().authenticate(request)
    except AuthenticationFailed:
        result = None
    return result[0] if result else AnonymousUser()


def visible_upload(request: HttpRequest, upload_id: UUID | None) -> Upload:
    """Return the live upload with that id if the caller may view it; `is_public` says whether anyone may.

    One query for a public file, else two more: the caller with their roles, and the rule.
    Raises NotFound for an upload that does not exist, is deleted or belongs to an organization that is not active or
    not the caller's; Denied for members without the right and for anonymous callers.
    """
    upload = _live_upload(upload_id)
    if upload is None:
        raise NotFound
    if not upload.is_public:
        _require(Action.VIEW, authenticate(request), upload)
    return upload


def editable_upload(request: HttpRequest, upload_id: UUID | None) -> Upload:
    """Return the live upload with that id if the caller may edit it. Raises as `visible_upload`."""
    upload = _live_upload(upload_id)
    if upload is None:
        raise NotFound
    _require(Action.EDIT, authenticate(request), upload)
    return upload


def _live_upload(upload_id: UUID | None) -> Upload | None:
    return Statement(_one_live, (upload_id,)).first() if upload_id else None


def _one_live(upload_id: UUID) -> UploadQuerySet:
    return live_uploads().filter(pk=upload_id).order_by()


def live_uploads() -> UploadQuerySet:
    """Return uploads that can be served, with `is_public`: whether the rule lets anyone view them."""
    anyone = ExpressionWrapper(rule(ANYONE, Action.VIEW, Upload), output_field=BooleanField())
    annotations = {"is_public": anyone}  # which `Upload` declares
    return Upload.objects.filter(organization__is_active=True).annotate(**annotations)


def _require(action: Action, user: User | AnonymousUser, upload: Upload) -> None:
    if not user.is_authenticated:
        raise Denied
    try:
        access = access_of(user, upload.organization_id)
    except NotAMember:
        raise NotFound from None
    if not upload.allows(access, action):
        raise Denied


def drop_stale_cookie(request: HttpRequest) -> None:
    """Keep the session middleware from deleting a stale cookie with a response that caches may keep."""
    if request.session.is_empty():
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
