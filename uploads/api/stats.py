"""`/uploads/stats/`: how many files the caller may see, and their size in bytes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from permissions.api.viewsets import ApiViewSet
from permissions.choices import Permission
from uploads.api.serializers import UserSerializer
from uploads.choices import UploadType
from uploads.models import Upload
from uploads.stats.figures import figures_for


class FigureSerializer(serializers.Serializer[Any]):
    """A number of files and their total size."""

    count = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes.")


class TypeFigureSerializer(FigureSerializer):
    """The figures of one type; types without files are left out."""

    type = serializers.ChoiceField(UploadType.choices)


class UserFigureSerializer(FigureSerializer):
    """The figures of one user, largest total size first."""

    user = UserSerializer()


class StatsSerializer(serializers.Serializer[Any]):
    """Figures of the files that the caller may see, and of those in the trash that the caller may restore."""

    total = FigureSerializer()
    by_type = TypeFigureSerializer(many=True)
    by_user = UserFigureSerializer(
        many=True, required=False, help_text="Only with media_view_all; the 100 users with the largest total size."
    )
    trash = FigureSerializer()


class StatsViewSet(ApiViewSet):
    """Figures of the files of the organization."""

    requires = {"stats": Permission.MEDIA_VIEW}
    queryset = Upload.objects.none()
    serializer_class = StatsSerializer
    pagination_class = None

    @extend_schema(summary="Count files and their size", responses=StatsSerializer)
    @action(detail=False)
    def stats(self, request: Request) -> Response:
        """Of the files that the caller may see. `by_user` needs media_view_all."""
        self.filter_queryset(Upload.objects.none())  # refuses parameters: stats have none
        return Response(figures_for(self.access))
