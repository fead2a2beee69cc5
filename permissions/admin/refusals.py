"""What services refuse, told on the page instead of failing; what was typed stays in the form."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from common.errors import DomainError


class RefusedForm:
    """Put before a form class: errors that were found outside of the form, at their field where it has one."""

    refusals: Sequence[DomainError] = ()

    def _clean_form(self) -> None:
        super()._clean_form()  # type: ignore[misc]
        form: Any = self
        for error in self.refusals:
            form.add_error(error.attr if error.attr in form.fields else None, error.detail)


def refuse_form(request: HttpRequest, *errors: DomainError) -> None:
    """Let the form that this request sends be shown again with `errors`, instead of being saved."""
    request._refusals = [*refusals_of(request), *errors]  # type: ignore[attr-defined]


def refusals_of(request: HttpRequest) -> list[DomainError]:
    return getattr(request, "_refusals", [])


def with_refusals(form: type, request: HttpRequest) -> type:
    """Return a class of forms like `form` that shows what was refused."""
    return type(form.__name__, (RefusedForm, form), {"refusals": refusals_of(request)})


class RefusalMessages:
    """An admin whose writes go through services: forms check first, and this tells of what changed since.

    Whatever was written before the refusal is undone, the log of it included.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except DomainError as error:
            if request.method != "POST" or refusals_of(request):
                return self._told(request, error)
            refuse_form(request, error)
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)  # type: ignore[misc]
        except DomainError as error:
            return self._told(request, error)

    def response_action(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        try:
            with transaction.atomic():
                return super().response_action(request, queryset)  # type: ignore[misc]
        except DomainError as error:
            return self._told(request, error)

    def _told(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        self.message_user(request, error.detail, messages.ERROR)  # type: ignore[attr-defined]
        return redirect(request.get_full_path())
