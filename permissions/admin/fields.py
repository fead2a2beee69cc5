"""Fields of forms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from common.text import exact_size, parse_size


class SizeField(forms.CharField):
    """A number of bytes, typed with a unit: 50 GB."""

    default_error_messages = {"invalid": gettext_lazy("Type a size such as 50 GB, 1.5 TB or 500 MiB.")}

    def prepare_value(self, value: Any) -> Any:
        """Return the text for a number of bytes; a typed text stays as it is."""
        return exact_size(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether the typed size is another number of bytes."""
        try:
            return initial != (parse_size(data) if data else None)
        except ValueError:
            return True

    def clean(self, value: Any) -> Any:
        """Return the bytes, or None for an empty text. Raises ValidationError."""
        text = super().clean(value)
        try:
            return parse_size(text) if text else None
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
