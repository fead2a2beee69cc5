"""Invitations: a person gets a link, by e-mail or from the one who invites, and makes an own account."""

from functools import partial

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.resilience.after_response import after_response
from common.rest.origin import origin_of
from permissions.admin.admin_types import Columns
from permissions.admin.base import Grants, TenantAdmin
from permissions.admin.memberships import MembershipForm, RoleChoiceMixin
from permissions.admin.tenant import admin_access, person_of
from permissions.choices import Permission
from permissions.models import Invitation
from permissions.services.invitations import invitation_link, is_sent, save_invitation, send_invitation

GRANTS: Grants = {
    "view": Permission.VIEW_MEMBERSHIP,
    "add": Permission.ADD_MEMBERSHIP,
    "delete": Permission.ADD_MEMBERSHIP,  # whoever may invite takes invitations back
}


@admin.register(Invitation)
class InvitationAdmin(RoleChoiceMixin[Invitation], TenantAdmin[Invitation]):
    """Invitations of the organization. An invitation offers a role that its creator may grant."""

    form = MembershipForm
    grants = GRANTS
    list_display = ["recipient", "role", "created_by", "created_at", "state"]
    list_select_related = ["role", "organization", "created_by", "accepted_by"]
    search_fields = ["email"]
    fields = ["role", "email"]

    def get_list_display(self, request: HttpRequest) -> Columns:
        columns = super().get_list_display(request)
        return [*columns, "organization"] if admin_access(request).everywhere else columns

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        return super().get_queryset(request).select_related(*self.list_select_related)

    @admin.display(description=gettext_lazy("for"), ordering="email")
    def recipient(self, invitation: Invitation) -> str:
        return invitation.email or _("Whoever has the link")

    @admin.display(description=gettext_lazy("state"), ordering="expires_at")
    def state(self, invitation: Invitation) -> str:
        """Say what became of the link."""
        if invitation.accepted_at:
            return _("Accepted by %(person)s") % {"person": invitation.accepted_by or "-"}
        return _("Open") if invitation.expires_at > timezone.now() else _("Expired")

    def save_model(self, request: HttpRequest, obj: Invitation, form: ModelForm, change: bool) -> None:
        """Make the link, send it after the response, and show it once."""
        link = invitation_link(save_invitation(invitation=obj, by=person_of(request)), origin_of(request))
        if is_sent(obj):
            after_response(partial(send_invitation, invitation=obj, link=link))
            text = _("An e-mail with this link is on its way to %(email)s.") % {"email": obj.email}
        else:
            text = _("Hand this link over; no e-mail is sent.")
        once = _("It works once, for 7 days, and is shown only now:")
        self.message_user(request, format_html("{} {} <code>{}</code>", text, once, link), messages.SUCCESS)
