"""New passwords: of the person who knows the old one, or who holds a link from an e-mail.

A new password ends every session and every token of a sign-in. Named tokens stay, unless `revoke_tokens` is asked for.
"""

import logging
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from common.passwords import composed
from common.rest.counters import counters
from common.rest.throttling import rate_of
from permissions.authentication.tokens import revoke_named_tokens
from permissions.errors import InvalidLink, WeakPassword, WrongPassword
from permissions.models import User
from permissions.services.email import send_email

EMAILS_TO_ONE_ADDRESS = (5, 3600)  # links to a new password, in how many seconds

log = logging.getLogger(__name__)


def change_password(*, user: User, old_password: str, new_password: str, revoke_tokens: bool = False) -> None:
    """Set a new password. Raises WrongPassword and WeakPassword, for `old_password` and `new_password`."""
    if not user.check_password(old_password):
        raise WrongPassword(attr="old_password")
    require_strong_password(new_password, user)
    with transaction.atomic():
        user.set_password(new_password)
        user.save(update_fields=["password"])
        if revoke_tokens:
            revoke_named_tokens(user=user)


def require_strong_password(password: str, user: User, *, attr: str = "new_password") -> None:
    """Raise WeakPassword with all that the validators of the settings find."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), attr=attr) from None


def password_link(user: User, origin: str) -> str:
    """Return a URL under which `user` chooses a new password: for one use, within PASSWORD_RESET_TIMEOUT."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return f"{origin}/account/password/reset/{uid}/{default_token_generator.make_token(user)}/"


def send_password_links(*, email: str, origin: str) -> None:
    """Send a link to each active account with this address, at most EMAILS_TO_ONE_ADDRESS.

    To be called after the response, so that no caller learns from it whether there is an account.
    """
    number, seconds = EMAILS_TO_ONE_ADDRESS
    key = sha256(email.casefold().encode()).hexdigest()[:32]
    if rate_of("account") and counters.hit("password_email", key, seconds)[0] > number:
        return
    if not settings.EMAIL_CONFIGURED:
        log.warning("A link to a new password was asked for and not sent: EMAIL_URL is not set.")
        return
    for user in User.objects.filter(email__iexact=email, is_active=True):
        if user.email.casefold() == email.casefold() and user.has_usable_password():
            context = {"person": user, "link": password_link(user, origin)}
            send_email("account/email/password.txt", to=user.email, context=context, language=user.language)


def user_of_link(uid: str, token: str) -> User:
    """Return the person whom a link names. Raises InvalidLink."""
    try:
        user = User.objects.filter(pk=UUID(urlsafe_base64_decode(uid).decode()), is_active=True).first()
    except ValueError:
        user = None
    if user is None or not default_token_generator.check_token(user, token):
        raise InvalidLink(attr="token")
    return user


def reset_password(*, uid: str, token: str, new_password: str) -> User:
    """Set a new password by a link, once. Raises InvalidLink, WeakPassword."""
    user = user_of_link(uid, token)
    require_strong_password(new_password, user)
    hashed = make_password(composed(new_password))
    if not User.objects.filter(pk=user.pk, password=user.password).update(password=hashed):  # another was faster
        raise InvalidLink(attr="token")
    return user
