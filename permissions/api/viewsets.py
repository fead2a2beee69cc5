"""The base of every viewset of the API, which refuses actions that it does not declare."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.throttling import BaseThrottle
from rest_framework.viewsets import GenericViewSet

from common.db.ids import parse_id
from common.db.statements import Statement
from common.errors import Invalid
from common.rest.filters import Narrowing, NoParameters, StrictFilterSet, given_to
from common.rest.keyset import OffsetOrCursor
from common.rest.renderers import FastJSONRenderer
from common.rest.throttling import AnonymousThrottle
from permissions.access import Access
from permissions.api.objects import ActionT, ControlledRows, Row, etag_of, find_row, require_fresh
from permissions.api.requirements import Requirement
from permissions.context import access_of, require_person
from permissions.models import User

ANYTHING, JSON = "*/*", "application/json"  # values of Accept
SCHEMA_ACCESS = Access(user_id=None, organization_id=None)


class ApiViewSet(GenericViewSet[Any]):
    """A viewset of the API. `requires` names each action and who may call it; any other action or method is 405.

    `access` is what the caller may do in the organization of the request. A list takes the parameters of its
    `filterset_class` and no others; an action that is another list names its own. `action_throttles` adds a throttle
    to an action.
    """

    requires: ClassVar[Mapping[str, Requirement]] = {}
    acts_in_organization: ClassVar[bool] = True
    has_entity_tags: ClassVar[bool] = False  # of rows: details carry an ETag, and PATCH and DELETE honour If-Match
    throttle_classes = [AnonymousThrottle]
    action_throttles: ClassVar[Mapping[str, type[BaseThrottle]]] = {}
    filterset_class: ClassVar[type[StrictFilterSet[Any]]] = NoParameters

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse undeclared actions (405) and null characters (400), then authenticate, authorize and throttle."""
        if self.action not in self.requires:  # before authentication, which costs a query
            raise MethodNotAllowed(request.method or "")
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise Invalid(gettext("Null characters are not allowed."), code="null_characters_not_allowed")
        super().initial(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        """Authenticate. Raises AnotherPerson where the page was opened by another user."""
        super().perform_authentication(request)
        require_person(request.user, request.headers.get("X-Person", ""))

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        """Return the JSON renderer at once for callers who accept it or anything, which nearly all do."""
        if request.META.get("HTTP_ACCEPT", ANYTHING) in (ANYTHING, JSON) and self.renderer_classes == [
            FastJSONRenderer
        ]:
            return FastJSONRenderer(), JSON
        return super().perform_content_negotiation(request, force)

    def get_throttles(self) -> list[BaseThrottle]:
        """Return the throttles of the viewset and of the action."""
        extra = self.action_throttles.get(self.action)
        return [*super().get_throttles(), *([extra()] if extra else [])]

    def get_serializer_context(self) -> dict[str, Any]:
        """Add the caller's `access` to the usual context."""
        return {**super().get_serializer_context(), "access": self.access if self.acts_in_organization else None}

    @property
    def allowed_methods(self) -> list[str]:
        """For the Allow header: the methods whose action is declared."""
        actions = getattr(self, "action_map", None) or {}
        return sorted(method.upper() for method, action in actions.items() if action in self.requires)

    @cached_property
    def access(self) -> Access:
        """The caller in the organization of the request; resolved once. Raises NotAMember, NotSignedIn."""
        if getattr(self, "swagger_fake_view", False):
            return SCHEMA_ACCESS
        return access_of(self.request.user, self.request.headers.get("X-Organization", "").strip())

    @property
    def user(self) -> User:
        """The signed-in caller, for actions that need one."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def get_row(
        self, queryset: ControlledRows[Row, ActionT], action: ActionT, pk: object = None, *, lock: bool = False
    ) -> Row:
        """Return the row of `queryset` whose id is `pk` (default: the URL's) if the caller may do `action` to it.

        `lock=True` locks it for the transaction under way and honours `If-Match`. Raises NotFound, NotSignedIn and
        Denied as `find_row`, and PreconditionFailed. One query when it succeeds.
        """
        row_id = parse_id(self.kwargs["pk"] if pk is None else pk)
        row = find_row(queryset, self.access, action, row_id, lock=lock)
        if lock:
            require_fresh(self.request, row)
        return row

    def validate_body(self, serializer_class: type[BaseSerializer[Any]], *, partial: bool = False) -> dict[str, Any]:
        """Return the validated fields of the body. Raises ValidationError (400)."""
        body = serializer_class(data=self.request.data, partial=partial, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)

    def detail_response(self, row: Model, data: object, status: int = 200) -> Response:
        """Return the response with `data`, the representation of `row`, and with its entity tag."""
        return Response(data, status=status, headers={"ETag": etag_of(row)})

    def serialize(
        self, serializer_class: type[BaseSerializer[Any]], rows: Iterable[Model], **context: object
    ) -> list[dict[str, Any]]:
        """Return each of `rows` as `serializer_class` shows it, given `context` beside the usual one."""
        serializer = serializer_class(context={**self.get_serializer_context(), **context})
        return [serializer.to_representation(row) for row in rows]

    def page_response(
        self, rows: QuerySet[Any, Any], represent: Callable[[list[Any]], Sequence[Mapping[str, object]]]
    ) -> Response:
        """Return the response with one page of `rows`, filtered and ordered as this view declares.

        `represent` gets the rows as the paginator reads them. Raises Invalid (400) for a parameter that the list does
        not declare.
        """
        page = self.paginate_queryset(self.filter_queryset(rows))
        return self.get_paginated_response(represent(page or []))

    def read_page(
        self, rows: Callable[[Access], QuerySet[Any, Any]], columns: Callable[[Any, Access], QuerySet[Any, Any]]
    ) -> list[Any]:
        """Return one page of the rows that `rows` lets the caller see, filtered and ordered as this view declares.

        Both are functions of a module: their statement is composed once for all callers with the same rights.
        `columns` reads what is shown of the rows of the page alone. Raises as `page_response`.
        """
        statement, given = Statement(rows, (self.access,)), given_to(self, self.request)
        if given:
            filters = self.filterset_class(given, self.get_queryset(), access=self.access, request=self.request)
            statement = filters.narrow_statement(statement)
        else:
            statement = statement.then(Narrowing(self.filterset_class, ()), self.access)
        paginator = cast(OffsetOrCursor, self.paginator)
        return paginator.paginate_queryset(statement, self.request, self, columns=(columns, self.access))
