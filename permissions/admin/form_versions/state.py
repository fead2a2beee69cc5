"""The state that a form shows: a digest for each field and for each row below it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol, TypeGuard, cast

from django import forms
from django.forms.models import InlineForeignKeyField
from django.utils.translation import gettext as _

from common.db.row_version import version_of

FIELD: Final = "_version"
MAX_VERSION_LENGTH = 100_000  # characters of a posted version that are read
MAX_TEXT_LENGTH = 500  # characters of a value that are shown

State = dict[str, str]
Value = str | list[str]  # of a field: one text, or the sorted texts of a multiple choice


class HasVersionText(Protocol):
    """A field whose value has more than people change: `version_text` returns the part that they change."""

    def version_text(self, value: object) -> str: ...


def has_version_text(field: object) -> TypeGuard[HasVersionText]:
    """Tell whether a field has a `version_text`."""
    return hasattr(field, "version_text")


def comparable(field: forms.Field, value: object) -> Value:
    """Return `value`, from the row or from the browser, as text or texts that compare equal when they mean the same."""
    if has_version_text(field):
        return str(field.version_text(value))
    if isinstance(field, forms.BooleanField):
        return "on" if value else ""
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return sorted(str(each) for each in field.prepare_value(value) or [])
    if isinstance(field.widget, forms.MultiWidget):
        parts = value if isinstance(value, list) else field.widget.decompress(value)
        return ["" if part is None else str(part).strip() for part in parts or []]
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared).replace("\r\n", "\n").strip()


def display_text(field: forms.Field, value: Value) -> str:
    """Return a comparable value as people read it: labels of choices, names of rows; at most MAX_TEXT_LENGTH."""
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value else _("No")
    values = value if isinstance(value, list) else [value]
    labels = dict.fromkeys(filter(None, values), "")
    if isinstance(field, forms.ModelChoiceField):
        labels |= _names_of_rows(field, list(labels))
    elif isinstance(field, forms.ChoiceField):
        choices = cast(Iterable[tuple[object, object]], field.choices)
        labels |= {str(key): str(label) for key, label in _flat(choices) if str(key) in labels}
    text = ", ".join(label or key for key, label in labels.items())
    return f"{text[:MAX_TEXT_LENGTH]} …" if len(text) > MAX_TEXT_LENGTH else text or _("(empty)")


def state_of_form(form: forms.ModelForm) -> State:
    """Return a digest for each field that can be changed, of the value that the row has now."""
    return {name: version_of(comparable(form.fields[name], initial)) for name, initial in _initials(form)}


def state_of_row(form: forms.ModelForm) -> str:
    """Return the digest of a row below the form, without the key of its parent."""
    return version_of(*(f"{name}={comparable(form.fields[name], initial)}" for name, initial in _initials(form)))


def row_key(prefix: str | None, pk: object) -> str:
    """Return the key of a row below a form in the state."""
    return f"{prefix}:{pk}"


def write_state(state: State, moment: float) -> str:
    """Return `state`, drawn at `moment` (seconds since 1970), as the page carries it."""
    return json.dumps({"at": moment, "of": state}, separators=(",", ":"))


def read_state(text: str) -> tuple[State, float] | None:
    """Return the state and the moment that a page carried; None if they cannot be read."""
    try:
        data = json.loads(text[:MAX_VERSION_LENGTH])
        return {str(name): str(digest) for name, digest in data["of"].items()}, float(data["at"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return None


def is_own(form: forms.ModelForm, name: str) -> bool:
    """Tell whether a field is data of the row: not its id, its parent, or the checkbox that deletes it."""
    field = form.fields[name]
    is_name = isinstance(field, InlineForeignKeyField) or name in {form.instance._meta.pk.name, "DELETE"}
    return not (is_name or field.disabled)


def _initials(form: forms.ModelForm) -> Iterator[tuple[str, object]]:
    for name, field in form.fields.items():
        if is_own(form, name):
            yield name, form.get_initial_for_field(field, name)


def _names_of_rows(field: forms.ModelChoiceField, keys: list[str]) -> dict[str, str]:
    """Return the names of the rows that the field offers, by key. Other keys have no name."""
    if field.queryset is None:
        return {}
    try:
        return {str(row.pk): field.label_from_instance(row) for row in field.queryset.filter(pk__in=keys)}
    except (ValueError, TypeError, forms.ValidationError):
        return {}


def _flat(choices: Iterable[tuple[Any, Any]]) -> Iterator[tuple[object, object]]:
    """Yield the choices without their groups."""
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label
