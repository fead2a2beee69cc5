"""The base of every endpoint: what is not declared is refused."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.viewsets import GenericViewSet

from common.errors import Invalid
from common.rest.throttling import AnonymousThrottle
from permissions.access import Access
from permissions.api.objects import RowsMixin
from permissions.api.requirements import Requirement
from permissions.context import access_of, require_person
from permissions.filtering import Filters
from permissions.models import User

NOBODY_NOWHERE = Access(user_id=None, organization_id=None)


class ApiViewSet(RowsMixin, GenericViewSet):
    """Viewsets of the API. `requires` names each action and who may call it; any other action or method is 405.

    `access` is what the caller may do in the organization the request acts in. `filters` and `orderings` are the
    tables of `permissions.filtering`: a list knows their parameters and no other.
    """

    requires: ClassVar[Mapping[str, Requirement]] = {}
    acts_in_organization = True
    has_entity_tags = False  # of rows: details carry an ETag, and PATCH and DELETE honour If-Match
    throttle_classes = [AnonymousThrottle]
    filters: ClassVar[Filters] = {}
    orderings: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        if self.action not in self.requires:  # before authentication, which costs a query
            raise MethodNotAllowed(request.method)
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise Invalid("Null characters are not allowed.", code="null_characters_not_allowed")
        super().initial(request, *args, **kwargs)

    def perform_authentication(self, request: Any) -> None:
        super().perform_authentication(request)
        require_person(request.user, request.headers.get("X-Person", ""))

    @cached_property
    def access(self) -> Access:
        """The caller in the organization of the request; resolved once. Raises NotAMember, NotSignedIn."""
        if getattr(self, "swagger_fake_view", False):
            return NOBODY_NOWHERE
        return access_of(self.request.user, self.request.headers.get("X-Organization", "").strip())

    @property
    def user(self) -> User:
        """The signed-in caller, for actions that need one."""
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def allowed_methods(self) -> list[str]:
        """For the Allow header: the methods whose action is declared."""
        actions = getattr(self, "action_map", None) or {}
        return sorted(method.upper() for method, action in actions.items() if action in self.requires)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "access": self.access if self.acts_in_organization else None}
