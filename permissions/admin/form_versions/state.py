"""What a form shows, as one digest for each field and each row below it."""

import json
from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.forms.models import InlineForeignKeyField, ModelChoiceField
from django.utils.translation import gettext as _

from common.db.row_version import version_of

FIELD: Final = "_version"
MOST = 100_000  # characters of a posted version that are read
SHOWN = 500  # characters of a value that are shown

State = dict[str, str]


def plain(field: forms.Field, value: Any) -> str | list[str]:
    """Return `value`, from the row or from the browser, as text or texts that compare equal when they mean the same."""
    if hasattr(field, "version_text"):  # of a field whose text says more than what people change
        return str(field.version_text(value))
    if isinstance(field, forms.BooleanField):
        return "on" if value else ""
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return sorted(str(each) for each in field.prepare_value(value) or [])
    if isinstance(field.widget, forms.MultiWidget):
        parts: Any = value if isinstance(value, list) else field.widget.decompress(value)
        return ["" if part is None else str(part).strip() for part in parts]
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared).replace("\r\n", "\n").strip()


def shown(field: forms.Field, value: str | list[str]) -> str:
    """Return a plain value as a person knows it: labels for choices, names for rows."""
    if isinstance(field, forms.BooleanField):
        return _("Yes") if value else _("No")
    values = value if isinstance(value, list) else [value]
    labels = dict.fromkeys(filter(None, values), "")
    if isinstance(field, ModelChoiceField):
        labels |= _names_of_rows(field, list(labels))
    elif isinstance(field, forms.ChoiceField):
        labels |= {str(key): str(label) for key, label in _flat(field.choices) if str(key) in labels}
    text = ", ".join(label or key for key, label in labels.items())
    return f"{text[:SHOWN]} …" if len(text) > SHOWN else text or _("(empty)")


def state_of_form(form: Any) -> State:
    """Return a digest for each field that can be changed, of what the row says now."""
    return {name: version_of(plain(form.fields[name], initial)) for name, initial in _initials(form)}


def state_of_row(form: Any) -> str:
    """Return the digest of a row below the form, without what ties it to its parent."""
    return version_of(*(f"{name}={plain(form.fields[name], initial)}" for name, initial in _initials(form)))


def row_key(prefix: str, pk: Any) -> str:
    return f"{prefix}:{pk}"


def write_state(state: State, moment: float) -> str:
    """Return `state`, drawn at `moment` (seconds since 1970), as the page carries it."""
    return json.dumps({"at": moment, "of": state}, separators=(",", ":"))


def read_state(text: str) -> tuple[State, float] | None:
    """Return what a page carried; None for what cannot be read."""
    try:
        found = json.loads(text[:MOST])
        return {str(name): str(digest) for name, digest in found["of"].items()}, float(found["at"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return None


def is_own(form: Any, name: str) -> bool:
    """Tell whether a field is the row's own: not what names the row or its parent, nor the box that deletes it."""
    field = form.fields[name]
    is_name = isinstance(field, InlineForeignKeyField) or name in {form.instance._meta.pk.name, "DELETE"}
    return not (is_name or field.disabled)


def _initials(form: Any) -> Iterator[tuple[str, Any]]:
    for name, field in form.fields.items():
        if is_own(form, name):
            yield name, form.get_initial_for_field(field, name)


def _names_of_rows(field: ModelChoiceField, keys: list[str]) -> dict[str, str]:
    """Of those that the field offers: any other stays the key that was sent."""
    try:
        rows = field.queryset.filter(pk__in=keys)  # type: ignore[union-attr]
        return {str(row.pk): field.label_from_instance(row) for row in rows}
    except (ValueError, TypeError, forms.ValidationError):
        return {}


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label
