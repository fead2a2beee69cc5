"""API tokens of the organization's people: their name, scope and use, never the token."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from permissions.access import Access
from permissions.admin.base import ReadOnlyAdmin
from permissions.admin.tenant import admin_access
from permissions.choices import Permission
from permissions.models import ApiToken
from permissions.services.delegation import manageable_people, people_in_organization


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin[ApiToken]):
    """Those who may change members see the tokens of members, and revoke those of accounts that they may change."""

    grants = {"view": Permission.CHANGE_MEMBERSHIP}
    list_display = ["user", "purpose", "prefix", "scope", "created_at", "last_used_at", "expires_at"]
    list_display_links = None  # nothing about a token can be changed
    list_select_related = ["user"]
    search_fields = ["user__search_text"]
    fields = ["user", "name", "prefix", "scope", "created_at", "last_used_at", "expires_at"]
    ordering = ["-created_at"]
    actions = ["revoke"]

    def in_organization(self, rows: QuerySet[ApiToken], access: Access) -> QuerySet[ApiToken]:
        """Return the tokens of members of the organization."""
        return rows.filter(user__in=people_in_organization(access).values("pk"))

    @admin.display(ordering="name", description=gettext_lazy("name"))
    def purpose(self, token: ApiToken) -> str:
        return token.name or _("Sign-in")

    @admin.action(description=gettext_lazy("Revoke"), permissions=["view"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        """Revoke tokens. The log is kept on their owners, since the tokens are deleted."""
        people = manageable_people(admin_access(request)).values("pk")
        revoked = list(tokens.filter(user__in=people).select_related("user"))
        kept = tokens.count() - len(revoked)
        ApiToken.objects.filter(pk__in=[token.pk for token in revoked]).delete()
        for token in revoked:
            self.log_change(request, token.user, _("Revoked the API token “%(token)s”.") % {"token": token})
        text = ngettext("%(count)s token was revoked.", "%(count)s tokens were revoked.", len(revoked))
        self.message_user(request, text % {"count": len(revoked)}, messages.SUCCESS if revoked else messages.INFO)
        if kept:
            text = ngettext(
                "%(count)s token was kept: its owner may do more than you, or belongs to another organization as well.",
                "%(count)s tokens were kept: their owners may do more than you, or belong to another organization too.",
                kept,
            )
            self.message_user(request, text % {"count": kept}, messages.WARNING)
