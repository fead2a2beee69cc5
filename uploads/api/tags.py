"""`/tags/`: the tags in use, for suggestions."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin

from permissions.access import scope
from permissions.api.requirements import AnonymousOr
from permissions.api.serializers import StrictModelSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.choices import Action, Permission
from uploads.api.filters import TagFilterSet
from uploads.api.public_lists import require_public_list
from uploads.files.tag_registry import registered_tag_ids
from uploads.models import Tag, Upload, UploadTag


class TagSerializer(StrictModelSerializer[Tag]):
    """A tag."""

    class Meta:
        model = Tag
        fields = ["id", "name", "slug"]
        read_only_fields = fields


@extend_schema_view(list=extend_schema(summary="List tags"))
class TagViewSet(ListModelMixin, ApiViewSet):
    """Tags of files, and of other rows with tags, that the caller may see. Other tags would reveal hidden rows."""

    requires = {"list": AnonymousOr(Permission.MEDIA_VIEW)}
    queryset = Tag.objects.all()
    serializer_class = TagSerializer
    filterset_class = TagFilterSet

    def get_queryset(self) -> QuerySet[Tag]:
        """Return the tags that the caller may see. Raises NotSignedIn where anonymous callers may not list."""
        require_public_list(self.access)
        visible = Upload.objects.allowing(self.access, Action.VIEW).order_by().values("pk")
        on_visible_uploads = UploadTag.objects.filter(tag_id=OuterRef("pk"), upload_id__in=visible)
        tags = scope(Tag.objects.all(), self.access)
        condition = Q(Exists(on_visible_uploads))
        for tag_ids in registered_tag_ids(self.access):
            condition |= Q(pk__in=tag_ids)
        return tags.filter(condition)
