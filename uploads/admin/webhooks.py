"""Webhooks, for the administrators of an organization, and their deliveries."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from permissions.admin import theme
from permissions.admin.admin_types import FieldNames
from permissions.admin.base import Grants, ReadOnlyAdmin, TenantAdmin
from permissions.admin.tenant_form import TenantForm
from permissions.choices import Permission
from uploads.choices import DeliveryState, WebhookEvent
from uploads.models import Webhook, WebhookDelivery
from uploads.webhooks.addresses import AddressRefused, target_of
from uploads.webhooks.events import submit_deliveries

EVENTS = [(event.value, event.label) for event in WebhookEvent if event != WebhookEvent.PING]
COLOURS = {DeliveryState.PENDING: "info", DeliveryState.DELIVERED: "success", DeliveryState.DEAD: "danger"}
ADMINISTRATORS: Grants = dict.fromkeys(("view", "add", "change", "delete"), Permission.CHANGE_ORGANIZATION)


class WebhookForm(TenantForm):
    """The form of a webhook. The secret is never shown; an empty one stays as it is."""

    events = forms.MultipleChoiceField(label=_("Events"), choices=EVENTS, widget=forms.CheckboxSelectMultiple)
    secret = forms.CharField(
        label=_("Secret"),
        widget=theme.TextInputWidget({"type": "password", "autocomplete": "new-password"}),
        min_length=16,
        max_length=200,
        help_text=_("Signs what is sent. It is never shown again."),
    )

    class Meta:
        model = Webhook
        fields = ["url", "events", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secret"].required = self.instance._state.adding

    def clean_url(self) -> str:
        """Refuse an address that deliveries may not be sent to."""
        try:
            target_of(self.cleaned_data["url"])
        except AddressRefused as error:
            raise ValidationError(str(error), code="invalid_url") from None
        return self.cleaned_data["url"]


@admin.register(Webhook)
class WebhookAdmin(TenantAdmin[Webhook]):
    form = WebhookForm
    grants = ADMINISTRATORS
    list_display = ["url", "active", "failures", "created_at"]
    list_select_related = ["organization"]
    search_fields = ["url"]
    fields = ["url", "events", "secret", "active", "disabled_reason"]
    readonly_fields = ["disabled_reason"]

    def get_fields(self, request: HttpRequest, obj: Webhook | None = None) -> FieldNames:
        """Leave out the secret for people who may only view the webhook."""
        fields = super().get_fields(request, obj)
        return fields if self.has_change_permission(request, obj) else [name for name in fields if name != "secret"]

    def save_model(self, request: HttpRequest, obj: Webhook, form: WebhookForm, change: bool) -> None:
        """Reset the failures, and send due deliveries after the commit."""
        if form.cleaned_data.get("secret"):
            obj.secret = form.cleaned_data["secret"]
        if obj.active or "url" in form.changed_data:
            obj.reset_failures()
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            submit_deliveries(obj)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin[WebhookDelivery]):
    grants = {"view": Permission.CHANGE_ORGANIZATION}
    organization_lookup = "webhook__organization_id"
    list_display = ["created_at", "event", "webhook", "state_shown", "attempts", "status", "error"]
    list_filter = ["state", "event"]
    list_select_related = ["webhook"]
    search_fields = ["webhook__url"]
    fields = ["id", "webhook", "event", "upload_id", "facts", "state", "attempts", "status", "error"]
    fields += ["created_at", "not_before", "ended_at"]

    @theme.display(description=_("state"), ordering="state", label=COLOURS)
    def state_shown(self, delivery: WebhookDelivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()
