"""`/uploads/{id}/activity/`: what was done to a file, for those who may edit it."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.keyset import CursorOnly
from permissions.api.requirements import SIGNED_IN, Requirement
from permissions.choices import Action
from permissions.filtering import PAGING, narrowed
from uploads.choices import ActivityAction
from uploads.models import Activity, Upload

# Any member may ask: the rule decides on the row, so that a foreign one answers as one that does not exist.
ACTIVITY_ACTIONS: dict[str, Requirement] = {"activity": SIGNED_IN}


class ActorShape(serializers.Serializer):
    """Who did it, by the user name of then; the account may be gone."""

    id = serializers.UUIDField()
    username = serializers.CharField()


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                {"type": "array", "items": {}, "minItems": 2, "maxItems": 2, "description": "Before and after."},
                {"type": "object", "additionalProperties": {}, "description": "Of tags: `added` and `removed`."},
                {"type": "string"},
                {"type": "integer"},
            ]
        },
    }
)
class ChangesField(serializers.DictField):
    """What changed: `[before, after]` of each field, or a fact."""


class ActivitySerializer(serializers.ModelSerializer):
    """One thing done to the file. `changes` maps a field to `[before, after]`, or holds other facts."""

    action = serializers.ChoiceField(ActivityAction.choices)
    actor = serializers.SerializerMethodField()
    changes = ChangesField(help_text="`[before, after]` by field; other facts (a link's id, a version) by their name.")

    class Meta:
        model = Activity
        fields = ["id", "action", "actor", "changes", "request_id", "created_at"]
        read_only_fields = fields

    @extend_schema_field(ActorShape(allow_null=True))
    def get_actor(self, entry: Activity) -> dict[str, str] | None:
        return {"id": str(entry.actor_id), "username": entry.actor_name} if entry.actor_id else None


class ActivityMixin:
    """Adds the history to the viewset of uploads, also of those in the trash; it ends with the file's row."""

    @extend_schema(
        summary="What was done to a file, newest first", filters=False, responses=ActivitySerializer(many=True)
    )
    @action(detail=True, pagination_class=CursorOnly)
    def activity(self, request: Request, pk: str) -> Response:
        view: Any = self
        upload = view.get_row(Upload.everything.all(), Action.EDIT)
        entries = Activity.objects.filter(upload_id=upload.pk, organization_id=upload.organization_id)
        unknown = {name: values for name, values in request.query_params.lists() if name not in PAGING}
        page = view.paginate_queryset(narrowed(entries, unknown, {}, view.access))
        return view.get_paginated_response(ActivitySerializer(page, many=True).data)
