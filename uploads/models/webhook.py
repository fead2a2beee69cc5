"""Webhooks and their deliveries."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.crypto import decrypt, encrypt
from common.db.ids import new_id
from permissions.models import Organization
from uploads.choices import DeliveryState, WebhookEvent

PURPOSE = "webhook secret"


class Webhook(models.Model):
    """A URL that receives `events` of an organization, signed with a secret that the receiver knows.

    `failures` counts failed attempts since the last success. After a few in a row nothing is sent before
    `paused_until`; after many the webhook is disabled, and `disabled_reason` has the last error.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        Organization, models.CASCADE, verbose_name=_("organization"), related_name="webhooks"
    )
    url = models.CharField(_("URL"), max_length=500)
    events = models.JSONField(_("events"), default=list)
    encrypted_secret = models.TextField(editable=False, help_text=_("Encrypted with a key derived from SECRET_KEY."))
    active = models.BooleanField(_("active"), default=True)
    failures = models.PositiveIntegerField(_("failures"), default=0, editable=False)
    paused_until = models.DateTimeField(null=True, blank=True, editable=False)
    disabled_reason = models.CharField(_("disabled reason"), max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["created_at", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(encrypted_secret=""), name="webhook_has_a_secret"),
            models.CheckConstraint(
                condition=Q(disabled_reason="") | Q(active=False), name="webhook_disabled_implies_inactive"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def secret(self) -> str:
        """The secret that deliveries are signed with. Raises common.crypto.DecryptionError."""
        return decrypt(self.encrypted_secret, purpose=PURPOSE)

    @secret.setter
    def secret(self, text: str) -> None:
        self.encrypted_secret = encrypt(text, purpose=PURPOSE)

    def reset_failures(self) -> None:
        """Reset the failures of a webhook that was enabled again, or has another URL."""
        self.failures, self.paused_until, self.disabled_reason = 0, None, ""


class WebhookDelivery(models.Model):
    """One event for one webhook, written in the transaction of the change; its id is that of the event.

    `facts` describe the file at that time, since it may be purged before they are sent. A running attempt sets
    `not_before` to the end of its lease, so that no other process sends the delivery meanwhile.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    webhook = models.ForeignKey(
        Webhook, models.CASCADE, verbose_name=_("webhook"), related_name="deliveries", db_index=False
    )  # the index below
    event = models.CharField(_("event"), max_length=20, choices=WebhookEvent)
    upload_id = models.UUIDField(_("upload id"), null=True, blank=True)
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(_("not before"))
    status = models.PositiveSmallIntegerField(
        _("status"), null=True, blank=True, help_text=_("HTTP status of the last response.")
    )
    error = models.CharField(_("error"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            models.Index(F("webhook"), F("created_at").desc(), F("id").desc(), name="delivery_of_webhook"),
            models.Index(
                fields=["webhook", "not_before"], condition=Q(state=DeliveryState.PENDING), name="delivery_due"
            ),
            models.Index(fields=["ended_at"], condition=~Q(state=DeliveryState.PENDING), name="delivery_ended"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(event__in=WebhookEvent.values), name="delivery_event_is_known"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.PENDING, ended_at=None)
                | (~Q(state=DeliveryState.PENDING) & ~Q(ended_at=None)),
                name="delivery_is_pending_until_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook_id} ({self.state})"
