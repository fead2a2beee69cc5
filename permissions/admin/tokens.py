"""API tokens, for superusers: whose they are and until when, never what they are."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from knox.models import AuthToken

from permissions.access import Access
from permissions.admin.base import SUPERUSERS, ReadOnlyAdmin
from permissions.services.delegation import people_here


@admin.register(AuthToken)
class AuthTokenAdmin(ReadOnlyAdmin):
    """Tokens can be revoked here; they are made by signing in to the API."""

    grants = {"view": SUPERUSERS}
    list_display = ["user", "created", "expiry"]
    list_display_links = None  # the address of a token's page would hold its digest
    list_select_related = ["user"]
    search_fields = ["user__search_text"]
    fields = ["user", "created", "expiry"]
    ordering = ["-created"]
    actions = ["revoke"]

    def in_organization(self, rows: QuerySet, access: Access) -> QuerySet:
        return rows.filter(user__in=people_here(access))

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request: HttpRequest, tokens: QuerySet) -> None:
        """Logged on the person: the log entry of a token would hold its digest."""
        owners = [token.user for token in tokens.select_related("user")]
        tokens.delete()
        for owner in owners:
            self.log_change(request, owner, "Revoked an API token.")
        self.message_user(request, f"{len(owners)} revoked.", messages.SUCCESS)
