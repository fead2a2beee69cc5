"""What services refuse, told on the page instead of failing."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from permissions.errors import DomainError


class TellsRefusals:
    """An admin whose writes go through services: forms check first, and this tells of what changed since."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except DomainError as error:
            return self._told(request, error)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)  # type: ignore[misc]
        except DomainError as error:
            return self._told(request, error)

    def _told(self, request: HttpRequest, error: DomainError) -> HttpResponse:
        self.message_user(request, error.detail, messages.ERROR)  # type: ignore[attr-defined]
        return redirect(request.get_full_path())
