"""Invitations of people who have no account in an organization yet."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.db.constraints import SameOrganization
from common.db.ids import new_id
from permissions.models.organizations import Organization, Role
from permissions.models.users import User


class Invitation(models.Model):
    """A link under which one person takes a role, once. The link contains a token of which only a digest is stored."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, verbose_name=_("organization"), related_name="invitations", editable=False
    )
    role = models.ForeignKey(Role, models.CASCADE, verbose_name=_("role"), related_name="invitations")
    email = models.EmailField(
        _("email address"),
        blank=True,
        help_text=_("The link is sent there. Without it you hand over the link yourself."),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)  # SHA-256 of the token in hexadecimal
    created_by = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("invited by"), related_name="invitations", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True, editable=False)
    accepted_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("accepted by"), related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        constraints = [SameOrganization(field="role", name="invitation_role_is_of_its_organization")]

    def __str__(self) -> str:
        return self.email or str(self.role)
