"""Errors of services, shown as errors of the form, which keeps the typed text, or as messages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from common.errors import DomainError
from permissions.admin.request_state import state_of


class RefusedForm(forms.BaseForm):
    """A mixin for form classes: adds errors from outside of the form, at their field if the form has it."""

    refusals: Sequence[DomainError] = ()

    def clean(self) -> dict[str, Any] | None:
        """Add the errors after those of the form itself."""
        try:
            return super().clean()
        finally:
            for error in self.refusals:
                self.add_error(error.attr if error.attr in self.fields else None, error.detail)


def refuse_form(request: HttpRequest, *errors: DomainError) -> None:
    """Show the form of this request again with `errors`, instead of saving it."""
    state_of(request).refusals = [*refusals_of(request), *errors]


def refusals_of(request: HttpRequest) -> list[DomainError]:
    """Return the errors that `refuse_form` added."""
    return getattr(state_of(request), "refusals", [])


def with_refusals(form: type[forms.ModelForm], request: HttpRequest) -> type[forms.ModelForm]:
    """Return a class of forms like `form` that shows the errors of the request."""
    return type(form.__name__, (RefusedForm, form), {"refusals": refusals_of(request)})


class RefusalMessages(ModelAdmin):
    """An admin whose writes go through services, whose errors it shows.

    Everything that was written before the error is rolled back, the log included.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the form again if its save was refused and rolled back."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            if request.method != "POST" or refusals_of(request):
                return self.show_refusal(request, error)
            refuse_form(request, error)
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as error:
            return self.show_refusal(request, error)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Model], *args: Any) -> HttpResponse | None:
        """Roll back everything that the action wrote before it was refused."""
        try:
            with transaction.atomic():
                return super().response_action(request, queryset, *args)
        except DomainError as error:
            return self.show_refusal(request, error)

    def show_refusal(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        """Redirect to the page of the request, with the error as a message."""
        self.message_user(request, error.detail, messages.ERROR)
        return redirect(request.get_full_path())
