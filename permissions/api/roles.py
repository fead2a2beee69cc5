"""The roles of an organization."""

from django.db.models import Model, QuerySet
from rest_framework.mixins import ListModelMixin

from permissions.access import scope
from permissions.api.requirements import SIGNED_IN
from permissions.api.serializers import StrictModelSerializer
from permissions.api.viewsets import ApiViewSet
from permissions.models import Role


class RoleSerializer(StrictModelSerializer[Role]):
    """A role, for a role selector."""

    class Meta:
        model = Role
        fields = ["id", "name"]
        read_only_fields = fields


class RoleViewSet(ListModelMixin, ApiViewSet):
    """Roles of the organization, ordered by name."""

    requires = {"list": SIGNED_IN}
    queryset = Role.objects.order_by("name_sort", "id")
    serializer_class = RoleSerializer

    def get_queryset(self) -> QuerySet[Model]:
        """Return the roles of the caller's organization."""
        return scope(super().get_queryset(), self.access)
