"""API tokens, for superusers: their owner and expiry, never the token."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from permissions.access import Access
from permissions.admin.base import SUPERUSERS, ReadOnlyAdmin
from permissions.models import ApiToken
from permissions.services.delegation import people_in_organization


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin[ApiToken]):
    """Tokens can be revoked; signing in to the API makes them."""

    grants = {"view": SUPERUSERS}
    list_display = ["user", "created_at", "expires_at"]
    list_display_links = None  # nothing about a token can be changed
    list_select_related = ["user"]
    search_fields = ["user__search_text"]
    fields = ["user", "created_at", "expires_at"]
    ordering = ["-created_at"]
    actions = ["revoke"]

    def in_organization(self, rows: QuerySet[ApiToken], access: Access) -> QuerySet[ApiToken]:
        """Return the tokens of members of the organization."""
        return rows.filter(user__in=people_in_organization(access))

    @admin.action(description=gettext_lazy("Revoke"), permissions=["view"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        """Revoke tokens. The log is kept on their owners, since the tokens are deleted."""
        owners = [token.user for token in tokens.select_related("user")]
        tokens.delete()
        for owner in owners:
            self.log_change(request, owner, _("Revoked an API token."))
        text = ngettext("%(count)s token was revoked.", "%(count)s tokens were revoked.", len(owners))
        self.message_user(request, text % {"count": len(owners)}, messages.SUCCESS)
