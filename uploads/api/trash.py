"""Deleting files, and thinking better of it."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from common.db.transactions import transactional
from common.errors import Invalid
from permissions.api.requirements import SIGNED_IN, Requirement
from permissions.choices import Action
from permissions.filtering import a_boolean
from uploads.api.representation import represent_upload
from uploads.api.serializers import UploadDetailSerializer
from uploads.files.purge import purge_upload
from uploads.files.trash import delete_upload, restore_upload
from uploads.models import Upload

# Any member may try: the rule decides on the row, so that a foreign one answers as one that does not exist.
TRASH_ACTIONS: dict[str, Requirement] = {"destroy": SIGNED_IN, "purge": SIGNED_IN, "restore": SIGNED_IN}
FORCE = OpenApiParameter("force", bool, OpenApiParameter.QUERY, description="Delete it although it is used.")


class TrashMixin:
    """Adds `destroy`, `restore` and `purge` to the viewset of uploads."""

    @extend_schema(summary="Put a file into the trash", parameters=[FORCE], responses={204: None})
    @transactional
    def destroy(self, request: Any, pk: str) -> Response:
        view: Any = self
        force = wants_force(request)
        upload = view.get_row(Upload.objects.all(), Action.DELETE, lock=True)
        delete_upload(access=view.access, upload=upload, force=force)
        return Response(status=204)

    @extend_schema(
        summary="Take a file out of the trash", request=None, responses=UploadDetailSerializer, filters=False
    )
    @action(detail=True, methods=["post"])
    @transactional
    def restore(self, request: Any, pk: str) -> Response:
        view: Any = self
        upload = view.get_row(Upload.everything.all(), Action.DELETE, lock=True)
        restore_upload(access=view.access, upload=upload)
        upload.refresh_from_db()
        return view.answer(upload, represent_upload(upload, view.access, request))

    @extend_schema(summary="Delete a trashed file for good", responses={204: None})
    @action(detail=True, methods=["delete"])
    @transactional
    def purge(self, request: Any, pk: str) -> Response:
        view: Any = self
        purge_upload(access=view.access, upload=view.get_row(Upload.everything.all(), Action.PURGE, lock=True))
        return Response(status=204)


def wants_force(request: Any) -> bool:
    """Read `?force=`. Raises Invalid for what is neither true nor false."""
    try:
        return a_boolean(request.query_params.get("force", "false"))
    except ValueError:
        raise Invalid("force is true or false.", attr="force") from None
