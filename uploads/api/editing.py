"""`PATCH /uploads/{id}/`: what is said of a file, and who may see it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from common.db.transactions import transactional
from permissions.api.requirements import SIGNED_IN, Requirement
from permissions.choices import Action
from uploads.api.details import DetailsSerializer
from uploads.api.representation import represent_upload
from uploads.api.serializers import UploadDetailSerializer
from uploads.files.edit import edit_upload
from uploads.models import Upload

# Any member may try: the rule decides on the row, so that a foreign one answers as one that does not exist.
EDITING_ACTIONS: dict[str, Requirement] = {"partial_update": SIGNED_IN}


class EditSerializer(DetailsSerializer):
    """The fields to change; the rest of the representation may be sent back and is ignored."""

    ignored_fields = frozenset(UploadDetailSerializer().fields)


class EditingMixin:
    """Adds `partial_update` to the viewset of uploads."""

    @extend_schema(summary="Change what is said of a file", request=EditSerializer, responses=UploadDetailSerializer)
    @transactional
    def partial_update(self, request: Any, pk: str) -> Response:
        """Whoever may edit a file may also publish it, share it with roles, or withdraw it: there is no further right.

        `allowed_roles` are kept whatever the visibility is, and count while it is ROLE_BASED. `If-Match` is honoured.
        """
        view: Any = self
        upload = view.get_row(Upload.objects.all(), Action.EDIT, lock=True)
        body = EditSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        edit_upload(upload=upload, details=body.validated_data, by=view.access.user_id)
        return view.answer(upload, represent_upload(upload, view.access, request))
