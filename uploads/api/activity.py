"""`/uploads/{id}/activity/`: the history of a file, for callers who may edit it."""

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.rest.keyset import CursorOnly
from permissions.api.requirements import SIGNED_IN
from permissions.choices import Action
from uploads.api.nested import NestedUploadViewSet
from uploads.api.serializers import UserSerializer
from uploads.choices import ActivityAction
from uploads.models import Activity


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "anyOf": [
                {"type": "array", "items": {}, "minItems": 2, "maxItems": 2, "description": "Before and after."},
                {"type": "object", "additionalProperties": {}, "description": "For tags: `added` and `removed`."},
                {"type": "string"},
                {"type": "integer"},
            ]
        },
    }
)
class ChangesField(serializers.DictField):
    """The changes: `[before, after]` of each field, or other facts."""


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    """One entry of the history of a file."""

    action = serializers.ChoiceField(ActivityAction.choices)
    actor = serializers.SerializerMethodField()
    changes = ChangesField(help_text="`[before, after]` by field; other facts (the id of a link, a version) by name.")

    class Meta:
        model = Activity
        fields = ["id", "action", "actor", "changes", "request_id", "created_at"]
        read_only_fields = fields

    @extend_schema_field(UserSerializer(allow_null=True))
    def get_actor(self, entry: Activity) -> dict[str, str] | None:
        """Return id and user name at the time of the action; None for the system."""
        return {"id": str(entry.actor_id), "username": entry.actor_name} if entry.actor_id else None


class ActivityViewSet(NestedUploadViewSet):
    """The history of one file, in the trash as well. It is deleted with the file."""

    requires = {"list": SIGNED_IN}
    serializer_class = ActivitySerializer
    pagination_class = CursorOnly

    @extend_schema(summary="List the history of a file, newest first", responses=ActivitySerializer(many=True))
    def list(self, request: Request, pk: str) -> Response:
        """For callers who may edit the file, also while it is in the trash."""
        upload = self.get_upload(Action.EDIT, with_trash=True)
        entries = Activity.objects.filter(upload_id=upload.pk, organization_id=upload.organization_id)
        return self.page_response(entries, lambda page: self.serialize(ActivitySerializer, page))
