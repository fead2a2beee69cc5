"""`/uploads/bulk-…/`: one change of many files, selected by id or by the parameters of the list."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import Denied
from permissions.access import Access
from permissions.api.requirements import SIGNED_IN
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action, Permission
from uploads.api.bulk_serializers import (
    BulkDeleteSerializer,
    BulkTagsSerializer,
    BulkVisibilitySerializer,
    DeleteOutcomeSerializer,
    RestoreOutcomeSerializer,
    SelectionSerializer,
    TagsOutcomeSerializer,
    UpdatedSerializer,
    VisibilityOutcomeSerializer,
)
from uploads.api.filters import BulkFilterSet, parameters_of
from uploads.files.bulk import (
    DeleteOutcome,
    RestoreOutcome,
    Selection,
    TagsOutcome,
    VisibilityOutcome,
    bulk_delete,
    bulk_restore,
    bulk_tags,
    bulk_visibility,
)
from uploads.models import Upload
from uploads.querysets import UploadQuerySet


class BulkViewSet(ApiViewSet):
    """One change of many files in one transaction. The access rule decides for each file."""

    requires = dict.fromkeys(("bulk_delete", "bulk_restore", "bulk_tags", "bulk_visibility"), SIGNED_IN)
    queryset = Upload.objects.none()
    serializer_class = SelectionSerializer

    @extend_schema(
        summary="Move files to the trash",
        request=BulkDeleteSerializer,
        responses=DeleteOutcomeSerializer,
    )
    @action(detail=False, methods=["post"], url_path="bulk-delete")
    def bulk_delete(self, request: Request) -> Response:
        """Files in use are listed under `in_use` and kept, unless `force` is true."""
        selection, data = self._selection(BulkDeleteSerializer)
        return _response(bulk_delete(access=self.access, selection=selection, force=data["force"]))

    @extend_schema(
        summary="Restore files from the trash",
        request=SelectionSerializer,
        responses=RestoreOutcomeSerializer,
    )
    @action(detail=False, methods=["post"], url_path="bulk-restore")
    def bulk_restore(self, request: Request) -> Response:
        """Files that the caller may not restore are listed under `denied`."""
        selection, _ = self._selection(SelectionSerializer, trash=True)
        return _response(bulk_restore(access=self.access, selection=selection))

    @extend_schema(
        summary="Add and remove tags of files",
        request=BulkTagsSerializer,
        responses=TagsOutcomeSerializer,
    )
    @action(detail=False, methods=["post"], url_path="bulk-tags")
    def bulk_tags(self, request: Request) -> Response:
        """A tag in `remove` and `add` stays. New tags are created."""
        selection, data = self._selection(BulkTagsSerializer)
        return _response(bulk_tags(access=self.access, selection=selection, add=data["add"], remove=data["remove"]))

    @extend_schema(
        summary="Set the visibility of files, all or nothing or in part",
        request=BulkVisibilitySerializer,
        responses=PolymorphicProxySerializer(
            component_name="VisibilityChanged",
            serializers=[UpdatedSerializer, VisibilityOutcomeSerializer],
            resource_type_field_name=None,
            many=False,
        ),
    )
    @action(detail=False, methods=["patch"], url_path="bulk-visibility")
    def bulk_visibility(self, request: Request) -> Response:
        """Without `partial`, 403 `denied` names the files that the caller may not change, and none is changed."""
        selection, data = self._selection(BulkVisibilitySerializer)
        outcome = bulk_visibility(
            access=self.access,
            selection=selection,
            visibility=data["visibility"],
            allowed_roles=data.get("allowed_roles"),
            partial=data["partial"],
        )
        return _response(outcome) if data["partial"] else Response({"updated": len(outcome.updated)})

    def _selection(
        self, serializer_class: type[SelectionSerializer], *, trash: bool = False
    ) -> tuple[Selection, dict[str, Any]]:
        """Return the files that the body names, live or trashed ones, and the validated body. Raises as `_matching`."""
        data = self.validate_body(serializer_class)
        if "ids" in data:
            rows = Upload.everything.trashed() if trash else Upload.objects.all()
            return Selection(rows, data["ids"]), data
        rows = _matching(data["filter"], self.access, self.request, trash=trash)
        return Selection(rows, count=data["count"]), data


def _matching(parameters: dict[str, object], access: Access, request: Request, *, trash: bool) -> UploadQuerySet:
    """Return the rows of the list, or of the trash, for these parameters. Raises Invalid, Denied."""
    if trash:
        rows = Upload.everything.trashed().allowing(access, Action.DELETE)
    elif access.has(Permission.MEDIA_VIEW):
        rows = Upload.objects.allowing(access, Action.VIEW)
    else:
        raise Denied
    return BulkFilterSet(parameters_of(parameters), rows, access=access, request=request).qs


def _response(outcome: DeleteOutcome | RestoreOutcome | TagsOutcome | VisibilityOutcome) -> Response:
    return Response({name: [str(pk) for pk in getattr(outcome, name)] for name in outcome.__slots__})
