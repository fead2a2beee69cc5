"""Invitations: a link, by e-mail or handed over, under which one person takes a role, once.

The role is checked when the invitation is made and again when it is accepted: whoever invited has to be able to grant
it still.
"""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from permissions.access import Access
from permissions.choices import Permission
from permissions.context import access_of
from permissions.errors import InvalidLink, NotAMember
from permissions.models import Invitation, User
from permissions.services.delegation import grantable_roles
from permissions.services.email import send_email
from permissions.services.memberships import add_member

LIFETIME = timedelta(days=7)


def save_invitation(*, invitation: Invitation, by: User) -> str:
    """Save a new invitation by `by`; return its token, which cannot be read later."""
    token = token_hex(32)
    invitation.organization_id = invitation.role.organization_id
    invitation.digest, invitation.created_by = _digest(token), by
    invitation.expires_at = timezone.now() + LIFETIME
    invitation.save(force_insert=True)
    return token


def invitation_link(token: str, origin: str) -> str:
    """Return the URL of an invitation."""
    return f"{origin}/account/invitation/{token}/"


def send_invitation(*, invitation: Invitation, link: str) -> None:
    """Send the link to the address of the invitation. Raises OSError where the server does not take it."""
    context = {"invitation": invitation, "link": link, "days": LIFETIME.days}
    send_email("account/email/invitation.txt", to=invitation.email, context=context)


def is_sent(invitation: Invitation) -> bool:
    """Tell whether an e-mail carries the link; else it has to be handed over."""
    return bool(invitation.email and settings.EMAIL_CONFIGURED)


def find_invitation(token: str) -> Invitation:
    """Return the open invitation of this token. Raises InvalidLink."""
    rows = Invitation.objects.select_related("role", "organization", "created_by")
    open_rows = rows.filter(accepted_at=None, expires_at__gt=timezone.now(), organization__is_active=True)
    invitation = open_rows.filter(digest=_digest(token)).first()
    if invitation is None or not _is_grantable(invitation):
        raise InvalidLink
    return invitation


def accept_invitation(*, token: str, person: Callable[[Invitation], User]) -> User:
    """Give the role to the person whom `person` returns, or creates. Raises InvalidLink, and what `person` raises."""
    with transaction.atomic():
        invitation = find_invitation(token)
        now = timezone.now()
        if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=now):
            raise InvalidLink  # another was faster
        user = person(invitation)
        add_member(user=user, role=invitation.role)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
    return user


def may_invite(access: Access) -> bool:
    """Tell whether the caller may invite people: as whoever adds members."""
    return access.has(Permission.ADD_MEMBERSHIP)


def _is_grantable(invitation: Invitation) -> bool:
    inviter = invitation.created_by
    try:
        access = access_of(inviter, invitation.organization_id)
    except NotAMember:
        return False
    return inviter.is_active and may_invite(access) and grantable_roles(access).contains(invitation.role)


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
