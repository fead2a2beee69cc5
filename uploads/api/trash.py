"""`/uploads/trash/`, `/uploads/{id}/restore/` and `/purge/`: deleted files."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.db.transactions import transactional
from permissions.access import Access
from permissions.api.requirements import SIGNED_IN
from permissions.choices import Action, Permission
from uploads.api.filters import TrashFilterSet
from uploads.api.nested import NestedUploadViewSet
from uploads.api.paging import upload_rows
from uploads.api.representation import represent_uploads
from uploads.api.serializers import UploadDetailSerializer, UploadSerializer
from uploads.files.purge import purge_upload
from uploads.files.trash import restore_upload
from uploads.models import Upload
from uploads.querysets import UploadQuerySet


def trashed_uploads(access: Access) -> UploadQuerySet:
    """Return the files in the trash that the caller may restore."""
    return Upload.everything.trashed().allowing(access, Action.DELETE)


class TrashViewSet(NestedUploadViewSet):
    """Files in the trash that the caller may restore."""

    requires = {
        "purge": SIGNED_IN,
        "restore": SIGNED_IN,
        "trash": (Permission.MEDIA_DELETE_OWN, Permission.MEDIA_DELETE_ALL),
    }
    serializer_class = UploadSerializer
    filterset_class = TrashFilterSet

    @extend_schema(summary="List the trash", responses=UploadSerializer(many=True))
    @action(detail=False)
    def trash(self, request: Request) -> Response:
        """The caller's files with media_delete_own, all files with media_delete_all."""
        page = self.read_page(trashed_uploads, upload_rows)
        return self.get_paginated_response(represent_uploads(page, self.access, request))

    @extend_schema(summary="Restore a file from the trash", request=None, responses=UploadDetailSerializer)
    @action(detail=True, methods=["post"])
    @transactional
    def restore(self, request: Request, pk: str) -> Response:
        """For callers who may delete the file; 409 `not_deleted` if it is not in the trash."""
        upload = self.get_upload(Action.DELETE, lock=True, with_trash=True)
        restore_upload(access=self.access, upload=upload)
        upload.refresh_from_db()
        return self.upload_response(upload)

    @extend_schema(summary="Delete a file in the trash permanently", responses={204: None})
    @action(detail=True, methods=["delete"])
    @transactional
    def purge(self, request: Request, pk: str) -> Response:
        """Removes the row and the stored bytes. 409 `not_deleted` outside the trash, `in_use` while used."""
        purge_upload(access=self.access, upload=self.get_upload(Action.PURGE, lock=True, with_trash=True))
        return Response(status=204)
