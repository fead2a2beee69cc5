"""What authentication stores: API tokens, counters of failed sign-ins, known networks. All of it as digests."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.db.ids import new_id
from permissions.models.users import User
from permissions.token_scopes import FULL


class ApiToken(models.Model):
    """A token of the HTTP API, which belongs to one user: a named one, or without a name that of a sign-in.

    The token itself is not stored: `prefix` (its first characters) finds the row, `digest` proves the rest. The digest
    of a sign-in also covers the password hash of the user, see `permissions.authentication.tokens`.
    """

    PREFIX_LENGTH = 12  # characters; 48 random bits, so that nearly every prefix is unique
    NAME_LENGTH = 100

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("user"), related_name="api_tokens")
    prefix = models.CharField(max_length=PREFIX_LENGTH, editable=False)
    digest = models.CharField(max_length=64, editable=False)  # SHA-256 in hexadecimal
    name = models.CharField(_("name"), max_length=NAME_LENGTH, blank=True, default="", db_default="")
    scope = models.CharField(
        _("scope"),
        max_length=1500,
        default=FULL,
        db_default=FULL,
        help_text=_("“full”, “read”, or permissions separated by commas."),
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["prefix"], name="api_token_prefix")]

    def __str__(self) -> str:
        return self.name or f"{self.prefix}…"

    @property
    def is_named(self) -> bool:
        """Whether it was made by name, and not by a sign-in with the password."""
        return bool(self.name)


class SignInCounter(models.Model):
    """Failed sign-ins of a network, of a place with one name, or of an account; `key` is a digest.

    Expired rows count as absent and are deleted in the background.
    """

    key = models.CharField(max_length=32, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    paused_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("sign-in counter")
        verbose_name_plural = _("sign-in counters")
        ordering = ["key"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.failures} of {self.key}"


class KnownNetwork(models.Model):
    """A network from which an account has signed in; both are digests, so that the table reveals no location."""

    account = models.CharField(max_length=32)
    network = models.CharField(max_length=32)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("known network")
        verbose_name_plural = _("known networks")
        ordering = ["account", "network"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["account", "network"], name="known_network_is_unique_per_account"),
        ]

    def __str__(self) -> str:
        return f"{self.network} of {self.account}"
