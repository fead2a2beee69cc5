"""`/uploads/stats/`: how many files there are and what they weigh, as far as the caller sees them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from permissions.api.requirements import Requirement
from permissions.choices import Permission
from permissions.filtering import narrowed
from uploads.choices import UploadType
from uploads.models import Upload
from uploads.stats.figures import figures_for

STATS_ACTIONS: dict[str, Requirement] = {"stats": Permission.MEDIA_VIEW}


class FigureShape(serializers.Serializer):
    """Files, and their bytes in all."""

    count = serializers.IntegerField()
    size = serializers.IntegerField(help_text="Bytes.")


class TypeFigureShape(FigureShape):
    """Of one type; types without files are left out."""

    type = serializers.ChoiceField(UploadType.choices)


class UserShape(serializers.Serializer):
    """Whose files they are."""

    id = serializers.UUIDField()
    username = serializers.CharField()


class UserFigureShape(FigureShape):
    """Of one person, the heaviest first."""

    user = UserShape()


class StatsShape(serializers.Serializer):
    """Only what the caller may see is counted, in the trash what the caller may restore."""

    total = FigureShape()
    by_type = TypeFigureShape(many=True)
    by_user = UserFigureShape(many=True, required=False, help_text="With media_view_all; the 100 heaviest.")
    trash = FigureShape()


class StatsMixin:
    """Adds `stats` to the viewset of uploads."""

    @extend_schema(summary="How much there is", filters=False, responses=StatsShape)
    @action(detail=False, pagination_class=None)
    def stats(self, request: Request) -> Response:
        view: Any = self
        narrowed(Upload.objects.none(), dict(request.query_params.lists()), {}, view.access)  # it has no parameters
        return Response(figures_for(view.access))
