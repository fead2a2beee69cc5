"""Who asks for a file, and what they may see."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, ExpressionWrapper
from django.http import HttpRequest
from rest_framework.exceptions import AuthenticationFailed

from common.errors import Denied, NotFound
from permissions.access import Access, rule
from permissions.authentication.tokens import BoundTokenAuthentication
from permissions.choices import Action
from permissions.context import access_of
from permissions.errors import NotAMember
from permissions.models import User
from uploads.models import Upload

ANYONE = Access(user_id=None, organization_id=None)


def caller_of(request: HttpRequest) -> User | AnonymousUser:
    """Return who asks: the owner of the token, else of the session.

    A token that is not (or no longer) good makes nobody of the caller: public files still come, and a browser must
    not be made to prompt, as a 401 would.
    """
    if "Authorization" not in request.headers:
        return request.user  # type: ignore[return-value]
    try:
        found = BoundTokenAuthentication().authenticate(request)
    except AuthenticationFailed:
        found = None
    return found[0] if found else AnonymousUser()


def visible_upload(request: HttpRequest, upload_id: UUID | None) -> Upload:
    """Return the live upload with that id if the caller may view it; `is_public` tells that anyone may.

    One query for what anyone may view, and one each for the caller, the caller's roles and the rule otherwise.
    Raises NotFound for what does not exist, is deleted or belongs to an organization that is not active or not the
    caller's; Denied for members without the right and for anonymous callers.
    """
    upload = live_uploads().filter(pk=upload_id).first()
    if upload is None:
        raise NotFound
    if not upload.is_public:
        _demand(Action.VIEW, caller_of(request), upload)
    return upload


def editable_upload(request: HttpRequest, upload_id: UUID | None) -> Upload:
    """Return the live upload with that id if the caller may edit it. Raises as `visible_upload`."""
    upload = live_uploads().filter(pk=upload_id).first()
    if upload is None:
        raise NotFound
    _demand(Action.EDIT, caller_of(request), upload)
    return upload


def live_uploads() -> Any:
    """Uploads that can be served to somebody. The rule itself says, in the same query, which ones anyone may view."""
    anyone = ExpressionWrapper(rule(ANYONE, Action.VIEW, Upload), output_field=BooleanField())
    return Upload.objects.filter(organization__is_active=True).annotate(is_public=anyone)


def _demand(action: Action, user: User | AnonymousUser, upload: Upload) -> None:
    if not user.is_authenticated:
        raise Denied
    try:
        access = access_of(user, upload.organization_id)
    except NotAMember:
        raise NotFound from None
    if not upload.allows(access, action):
        raise Denied


def leave_no_cookie(request: HttpRequest) -> None:
    """Keep the session middleware from taking back a stale cookie on an answer that caches may keep."""
    session: Any = request.session
    if session.is_empty():
        request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
