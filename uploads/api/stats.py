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
    """Files, and their bytes in all."""

    count = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes.")


class TypeFigureSerializer(FigureSerializer):
    """Of one type; types without files are left out."""

    type = serializers.ChoiceField(UploadType.choices)


class UserFigureSerializer(FigureSerializer):
    """Of one person, the heaviest first."""

    user = UserSerializer()


class StatsSerializer(serializers.Serializer[Any]):
    """Only what the caller may see is counted, in the trash what the caller may restore."""

    total = FigureSerializer()
    by_type = TypeFigureSerializer(many=True)
    by_user = UserFigureSerializer(many=True, required=False, help_text="With media_view_all; the 100 heaviest.")
    trash = FigureSerializer()


class StatsViewSet(ApiViewSet):
    """Figures of the files of the organization."""

    requires = {"stats": Permission.MEDIA_VIEW}
    queryset = Upload.objects.none()
    serializer_class = StatsSerializer
    pagination_class = None

    @extend_schema(summary="How much there is", responses=StatsSerializer)
    @action(detail=False)
    def stats(self, request: Request) -> Response:
        self.filter_queryset(Upload.objects.none())  # refuses parameters: there are none
        return Response(figures_for(self.access))
