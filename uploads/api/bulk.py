"""`/uploads/bulk-…/`: one thing done to many files, named by id or by the parameters of the list."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from common.errors import Denied
from common.time_zones import days_of
from permissions.access import Access
from permissions.api.requirements import SIGNED_IN, Requirement
from permissions.choices import Action, Permission
from permissions.filtering import narrowed
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
from uploads.api.filters import UPLOAD_FILTERS, parameters_of
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

# Any member may try: the rule decides on each file.
BULK_ACTIONS: dict[str, Requirement] = dict.fromkeys(
    ("bulk_delete", "bulk_restore", "bulk_tags", "bulk_visibility"), SIGNED_IN
)


class BulkMixin:
    """Adds the bulk actions to the viewset of uploads. Each is one transaction."""

    @extend_schema(
        summary="Put files into the trash",
        request=BulkDeleteSerializer,
        responses=DeleteOutcomeSerializer,
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="bulk-delete")
    def bulk_delete(self, request: Any) -> Response:
        access, selection, said = self._asked(BulkDeleteSerializer)
        return _answer(bulk_delete(access=access, selection=selection, force=said["force"]))

    @extend_schema(
        summary="Take files out of the trash",
        request=SelectionSerializer,
        responses=RestoreOutcomeSerializer,
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="bulk-restore")
    def bulk_restore(self, request: Any) -> Response:
        access, selection, _ = self._asked(SelectionSerializer, trash=True)
        return _answer(bulk_restore(access=access, selection=selection))

    @extend_schema(
        summary="Put tags on files and off them",
        request=BulkTagsSerializer,
        responses=TagsOutcomeSerializer,
        filters=False,
    )
    @action(detail=False, methods=["post"], url_path="bulk-tags")
    def bulk_tags(self, request: Any) -> Response:
        access, selection, said = self._asked(BulkTagsSerializer)
        return _answer(bulk_tags(access=access, selection=selection, add=said["add"], remove=said["remove"]))

    @extend_schema(
        summary="Set who may see files: all or nothing, or partial",
        request=BulkVisibilitySerializer,
        responses=PolymorphicProxySerializer(
            component_name="VisibilityChanged",
            serializers=[UpdatedSerializer, VisibilityOutcomeSerializer],
            resource_type_field_name=None,
            many=False,
        ),
    )
    @action(detail=False, methods=["patch"], url_path="bulk-visibility")
    def bulk_visibility(self, request: Any) -> Response:
        access, selection, said = self._asked(BulkVisibilitySerializer)
        outcome = bulk_visibility(
            access=access,
            selection=selection,
            visibility=said["visibility"],
            allowed_roles=said.get("allowed_roles"),
            partial=said["partial"],
        )
        return _answer(outcome) if said["partial"] else Response({"updated": len(outcome.updated)})

    def _asked(
        self, serializer: type[SelectionSerializer], *, trash: bool = False
    ) -> tuple[Access, Selection, dict[str, Any]]:
        view: Any = self
        body = serializer(data=view.request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        if "ids" in said:
            rows = Upload.everything.trashed() if trash else Upload.objects.all()
            return view.access, Selection(rows, said["ids"]), said
        with days_of(view.request):
            rows = _matching(said["filter"], view.access, trash=trash)
        return view.access, Selection(rows, count=said["count"]), said


def _matching(given: dict[str, Any], access: Access, *, trash: bool) -> Any:
    """The rows that the list (or that of the trash) would show for these parameters. Raises Invalid, Denied."""
    if trash:
        rows = Upload.everything.trashed().allowing(access, Action.DELETE)
    elif access.has(Permission.MEDIA_VIEW):
        rows = Upload.objects.allowing(access, Action.VIEW)
    else:
        raise Denied
    return narrowed(rows, parameters_of(given), UPLOAD_FILTERS, access)


def _answer(outcome: DeleteOutcome | RestoreOutcome | TagsOutcome | VisibilityOutcome) -> Response:
    return Response({name: [str(pk) for pk in getattr(outcome, name)] for name in outcome.__slots__})
