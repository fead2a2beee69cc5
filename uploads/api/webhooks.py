"""`/webhooks/`: addresses to which an organization's events are sent."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.ids import parse_id
from common.errors import Conflict, NotFound
from common.rest.keyset import CursorOnly
from permissions.access import scope
from permissions.api.objects import require_fresh
from permissions.api.serializers import StrictModelSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Permission
from uploads.choices import WebhookEvent
from uploads.models import Webhook, WebhookDelivery
from uploads.webhooks.addresses import MAX_URL_LENGTH, AddressRefused, target_of
from uploads.webhooks.events import ping, submit_deliveries

MAX_WEBHOOKS = 20  # webhooks of one organization
EVENTS = [event for event in WebhookEvent if event != WebhookEvent.PING]


class WebhookSerializer(StrictModelSerializer[Webhook]):
    """A URL to which events are sent, signed with `secret`, which is write-only."""

    url = serializers.CharField(max_length=MAX_URL_LENGTH, help_text="A public https:// URL.")
    events = serializers.ListField(
        child=serializers.ChoiceField([(event.value, event.label) for event in EVENTS]), allow_empty=False
    )
    secret = serializers.CharField(
        min_length=16, max_length=200, write_only=True, help_text="Key of the HMAC in `X-Signature`."
    )

    class Meta:
        model = Webhook
        fields = ["id", "url", "events", "secret", "active", "failures", "disabled_reason", "created_at", "updated_at"]
        read_only_fields = ["id", "failures", "disabled_reason", "created_at", "updated_at"]

    def validate_url(self, url: str) -> str:
        """Refuse URLs to which nothing is sent: ValidationError `invalid_url`."""
        try:
            target_of(url)
        except AddressRefused as error:
            raise serializers.ValidationError(str(error), code="invalid_url") from None
        return url

    def validate_events(self, events: list[str]) -> list[str]:
        """Return the events, each once, in alphabetical order."""
        return sorted(set(events))

    def update(self, instance: Webhook, validated_data: dict[str, Any]) -> Webhook:
        """Write the fields; a new URL, or enabling, resets the failures. Due deliveries are sent after the commit."""
        if validated_data.get("active") or "url" in validated_data:
            instance.reset_failures()
        webhook = super().update(instance, validated_data)
        submit_deliveries(webhook)
        return webhook


class DeliverySerializer(serializers.ModelSerializer[WebhookDelivery]):
    """The delivery of one event. `id` is sent as `X-Event-Id`; `status` is the last HTTP status of the receiver."""

    upload = serializers.UUIDField(source="upload_id", allow_null=True)
    next_attempt_at = serializers.SerializerMethodField()

    class Meta:
        model = WebhookDelivery
        fields = ["id", "event", "upload", "state", "attempts", "status", "error", "created_at"]
        fields += ["next_attempt_at", "ended_at"]
        read_only_fields = fields

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_next_attempt_at(self, delivery: WebhookDelivery) -> datetime | None:
        """Return the time of the next attempt; None once the delivery ended."""
        return delivery.not_before if delivery.ended_at is None else None


@extend_schema_view(list=extend_schema(summary="List webhooks"))
class WebhookViewSet(ListModelMixin, ApiViewSet):
    """Webhooks of the organization, for its administrators."""

    has_entity_tags = True
    requires = dict.fromkeys(
        ("list", "create", "retrieve", "partial_update", "destroy", "deliveries", "ping"),
        Permission.CHANGE_ORGANIZATION,
    )
    queryset = Webhook.objects.all()
    serializer_class = WebhookSerializer

    def get_queryset(self) -> QuerySet[Webhook]:
        """Return the webhooks of the caller's organization."""
        return scope(Webhook.objects.all(), self.access)

    @extend_schema(summary="Create a webhook")
    def create(self, request: Request) -> Response:
        """At most 20 in an organization: 409 `too_many`."""
        body = self.get_serializer(data=request.data)
        body.is_valid(raise_exception=True)
        if self.get_queryset().count() >= MAX_WEBHOOKS:
            raise Conflict(
                _("An organization has at most %(limit)s webhooks.") % {"limit": MAX_WEBHOOKS}, code="too_many"
            )
        webhook = body.save(organization_id=self.access.organization_id)
        return self.detail_response(webhook, self.get_serializer(webhook).data, 201)

    @extend_schema(summary="Read a webhook")
    def retrieve(self, request: Request, pk: str) -> Response:
        """The secret is not returned."""
        webhook = self._webhook()
        return self.detail_response(webhook, self.get_serializer(webhook).data)

    @extend_schema(summary="Update a webhook")
    @transaction.atomic
    def partial_update(self, request: Request, pk: str) -> Response:
        """A new URL, or `active: true`, resets the failures and sends due deliveries."""
        body = self.get_serializer(self._webhook(lock=True), data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        webhook = body.save()
        return self.detail_response(webhook, self.get_serializer(webhook).data)

    @extend_schema(summary="Delete a webhook")
    @transaction.atomic
    def destroy(self, request: Request, pk: str) -> Response:
        """Its deliveries are deleted with it."""
        self._webhook(lock=True).delete()
        return Response(status=204)

    @extend_schema(summary="List deliveries, newest first", responses=DeliverySerializer(many=True))
    @action(detail=True, pagination_class=CursorOnly)
    def deliveries(self, request: Request, pk: str) -> Response:
        """Pending, delivered and dead ones."""
        rows = self._webhook().deliveries.all()
        return self.page_response(rows, lambda page: self.serialize(DeliverySerializer, page))

    @extend_schema(summary="Send a ping", request=None, responses={202: DeliverySerializer})
    @action(detail=True, methods=["post"])
    def ping(self, request: Request, pk: str) -> Response:
        """It is sent in the background; its delivery shows the outcome."""
        return Response(DeliverySerializer(ping(webhook=self._webhook())).data, status=202)

    def _webhook(self, *, lock: bool = False) -> Webhook:
        """Return the organization's webhook in the path. Raises NotFound, PreconditionFailed."""
        pk = parse_id(self.kwargs["pk"])
        rows = self.get_queryset().select_for_update() if lock else self.get_queryset()
        webhook = rows.filter(pk=pk).first() if pk else None
        if webhook is None:
            raise NotFound
        if lock:
            require_fresh(self.request, webhook)
        return webhook
