"""Attributes that the admin sets on a request, with their types."""

from collections.abc import Mapping
from typing import cast

from django.http import HttpRequest, QueryDict

from common.errors import DomainError
from permissions.access import Access
from permissions.authentication.sign_in_guard import SignInGuard


class RequestState:
    """A request of the admin with these attributes. An attribute is missing until it is set."""

    GET: QueryDict
    POST: QueryDict
    current_app: str  # read by `{% url %}`
    admin_access: Access
    organization_names: list[str]
    form_state: dict[str, str]  # a digest of each field and row of the form, as the database has them
    late_form: Mapping[str, object]  # differences to changes that were made while the form was open
    refusals: list[DomainError]
    retry_after: int | None  # seconds until a password may be tried again
    sign_in_guard: SignInGuard


def state_of(request: HttpRequest) -> RequestState:
    """Return the same request, for the type checker."""
    return cast(RequestState, request)
