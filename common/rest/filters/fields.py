"""Form fields that read the text of a parameter; they accept the documented spelling only."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Self
from uuid import UUID

from django import forms
from django.utils import timezone

BIGGEST_INTEGER = 2**63 - 1  # a column of 64 bits

Schema = dict[str, object]


class SharedField(forms.Field):
    """A field that all forms share without a copy, since it is never changed."""

    schema: Schema

    def __deepcopy__(self, memo: object) -> Self:
        return self


class ValueField(SharedField):
    """One value. `read` raises ValueError for text that is no value, also for empty text. `schema` is for OpenAPI."""

    def to_python(self, value: str | None) -> object:
        try:
            if value is None:  # an empty list in JSON
                raise ValueError
            return self.read(value)
        except ValueError:
            raise forms.ValidationError("", code="invalid") from None  # the filter has the sentence

    def validate(self, value: object) -> None:
        """What `read` returns is a value, an empty text among them."""

    def read(self, text: str) -> object:
        """Return the value that `text` spells. Raises ValueError."""
        raise NotImplementedError


class TextField(ValueField):
    """Text as it is, spaces included."""

    schema: Schema = {"type": "string"}

    def read(self, text: str) -> str:
        return text


class UUIDField(ValueField):
    """A UUID, in any spelling that Python knows."""

    schema: Schema = {"type": "string", "format": "uuid"}

    def read(self, text: str) -> UUID:
        return UUID(text)


class IntegerField(ValueField):
    """A whole number from 0 that a column of 64 bits holds; no signs, spaces or digits of other scripts."""

    schema: Schema = {"type": "integer", "minimum": 0}

    def read(self, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,19}", text) or int(text) > BIGGEST_INTEGER:
            raise ValueError(text)
        return int(text)


class BooleanField(ValueField):
    """`true`, `false`, `1` or `0`, in any case."""

    schema: Schema = {"type": "boolean"}

    def read(self, text: str) -> bool:
        return parse_boolean(text)


class MomentField(ValueField):
    """An ISO 8601 time, or a date: the start of that day.

    Without an offset it is in the active time zone: a date is a day of the person who asks.
    """

    schema: Schema = {"type": "string", "format": "date-time"}

    def read(self, text: str) -> datetime:
        # A plus sign that was not percent-encoded arrives as a space.
        text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)
        moment = datetime.fromisoformat(text) if len(text) > 10 else datetime.combine(date.fromisoformat(text), time())
        moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone.get_current_timezone())
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValueError(text) from None


class OneOfField(ValueField):
    """One of `values`, in their own case."""

    def __init__(self, values: Iterable[str], **options: Any) -> None:
        self.values = frozenset(values)
        self.schema = {"type": "string", "enum": list(values)}
        super().__init__(**options)

    def read(self, text: str) -> str:
        if text not in self.values:
            raise ValueError(text)
        return text


class ValuesField(SharedField):
    """All values of a parameter that may be repeated, each read by `value`."""

    widget = forms.MultipleHiddenInput  # reads a list

    def __init__(self, *, value: ValueField, **options: Any) -> None:
        self.value = value
        self.schema = value.schema
        super().__init__(**options)

    def clean(self, texts: Sequence[str]) -> list[object]:
        return [self.value.clean(text) for text in texts]


def parse_boolean(text: str) -> bool:
    """Read `true`, `false`, `1` or `0`, in any case. Raises ValueError for anything else."""
    try:
        return {"true": True, "1": True, "false": False, "0": False}[text.lower()]
    except KeyError:
        raise ValueError(text) from None
