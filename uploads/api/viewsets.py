"""The endpoints of uploads."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import NotSignedIn
from common.rest.throttling import AnonymousThrottle, UploadThrottle
from permissions.api.requirements import ANYONE, AnonymousOr
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action, Permission
from permissions.models import Organization
from uploads.api.activity import ACTIVITY_ACTIONS, ActivityMixin
from uploads.api.bulk import BULK_ACTIONS, BulkMixin
from uploads.api.editing import EDITING_ACTIONS, EditingMixin
from uploads.api.filters import TRASH_ORDERINGS, UPLOAD_FILTERS, UPLOAD_ORDERINGS
from uploads.api.forms import FormUploadMixin
from uploads.api.grants import RIGHTS_ACTIONS, RightsMixin
from uploads.api.paging import UploadPages
from uploads.api.representation import represent_upload, represent_uploads
from uploads.api.serializers import UploadDetailSerializer, UploadSerializer
from uploads.api.share_links import SHARE_LINK_ACTIONS, ShareLinksMixin
from uploads.api.stats import STATS_ACTIONS, StatsMixin
from uploads.api.trash import TRASH_ACTIONS, TrashMixin
from uploads.api.usages import USAGE_ACTIONS, UsagesMixin
from uploads.api.versions import VERSION_ACTIONS, VersionsMixin
from uploads.models import Upload
from uploads.querysets import UploadQuerySet


class PublicListing:
    """A list that anonymous callers may read where the installation and the organization list publicly."""

    def get_queryset(self) -> Any:
        access = self.access  # type: ignore[attr-defined]
        if access.is_anonymous and not lists_publicly(access.organization_id):
            raise NotSignedIn
        return super().get_queryset()  # type: ignore[misc]


def lists_publicly(organization_id: Any) -> bool:
    """Tell whether anonymous callers may list what is PUBLIC in that organization."""
    return settings.PUBLIC_LISTING and Organization.objects.filter(pk=organization_id, public_listing=True).exists()


class UploadLists(PublicListing):
    """Answers a queryset of uploads: filtered, ordered, a page of it."""

    pagination_class = UploadPages
    filters = UPLOAD_FILTERS
    orderings = UPLOAD_ORDERINGS
    represent_page = staticmethod(represent_uploads)

    def answer_page(self, rows: UploadQuerySet) -> Response:
        view: Any = self
        page = view.paginate_queryset(view.filter_queryset(rows))
        return view.get_paginated_response(view.represent_page(page, view.access, view.request))


@extend_schema_view(
    list=extend_schema(summary="Files one may see", responses=UploadSerializer(many=True)),
    retrieve=extend_schema(summary="One file and where it is used", responses=UploadDetailSerializer),
)
class UploadViewSet(
    ActivityMixin,
    BulkMixin,
    EditingMixin,
    FormUploadMixin,
    RightsMixin,
    ShareLinksMixin,
    StatsMixin,
    TrashMixin,
    UsagesMixin,
    VersionsMixin,
    UploadLists,
    ApiViewSet,
):
    """Files of the organization, as far as the caller may see them."""

    has_entity_tags = True
    requires = {
        **ACTIVITY_ACTIONS,
        **BULK_ACTIONS,
        **EDITING_ACTIONS,
        **RIGHTS_ACTIONS,
        **SHARE_LINK_ACTIONS,
        **STATS_ACTIONS,
        **TRASH_ACTIONS,
        **USAGE_ACTIONS,
        **VERSION_ACTIONS,
        "create": Permission.MEDIA_UPLOAD,
        "list": AnonymousOr(Permission.MEDIA_VIEW),
        "retrieve": ANYONE,  # the rule decides: the owner sees an own file also without media_view
        "trash": (Permission.MEDIA_DELETE_OWN, Permission.MEDIA_DELETE_ALL),
    }
    queryset = Upload.objects.all()
    serializer_class = UploadSerializer

    @property
    def orderings(self) -> dict[str, tuple[str, ...]]:
        return TRASH_ORDERINGS if self.action == "trash" else UPLOAD_ORDERINGS

    def get_throttles(self) -> Any:
        return [AnonymousThrottle(), UploadThrottle()] if self.action == "create" else super().get_throttles()

    def list(self, request: Request) -> Response:
        return self.answer_page(self.get_queryset().allowing(self.access, Action.VIEW))

    def retrieve(self, request: Request, pk: str) -> Response:
        upload = self.get_row(Upload.objects.all(), Action.VIEW)
        return self.answer(upload, represent_upload(upload, self.access, request))

    @extend_schema(summary="Deleted files that can be restored", responses=UploadSerializer(many=True))
    @action(detail=False)
    def trash(self, request: Request) -> Response:
        return self.answer_page(Upload.everything.trashed().allowing(self.access, Action.DELETE))
