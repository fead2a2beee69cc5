"""Names in forms: tags as words between commas, and rows whose normalized key follows their name."""

from typing import Any

from django.core.exceptions import ValidationError

from permissions.admin.tenant_form import TenantForm
from uploads.files.edit import TAGS_OF_A_FILE, normalize_name
from uploads.files.tag_names import tag_error, tag_slug


def split_tags(text: str) -> list[str]:
    """Return the tags that `text` names between commas. Raises ValidationError for what cannot be one, or too many."""
    names = list(filter(None, map(normalize_name, text.split(","))))
    for name in names:
        if refusal := tag_error(name):
            raise ValidationError(refusal, code="invalid")
    if len(set(map(tag_slug, names))) > TAGS_OF_A_FILE:
        raise ValidationError(f"At most {TAGS_OF_A_FILE} tags are possible.", code="too_many")
    return names


class NamedForm(TenantForm):
    """The field `key_field` of the row, which no one types, is the folded name: one name is one row.

    What the database asks of the key is asked of the name, and only of one that is valid in itself.
    """

    key_field = "slug"

    def clean_name(self) -> str:
        name = normalize_name(self.cleaned_data["name"])
        if not (key := tag_slug(name)):
            raise ValidationError("This field is required.", code="required")
        setattr(self.instance, self.key_field, key)
        return name

    def _get_validation_exclusions(self) -> set[str]:
        exclusions = super()._get_validation_exclusions()
        return exclusions - {self.key_field} if "name" in self.cleaned_data else exclusions

    def _update_errors(self, errors: ValidationError) -> None:
        """Say at the name what is wrong with its key."""
        found: Any = getattr(errors, "error_dict", None)
        if found and self.key_field in found and self.key_field not in self.fields:
            found.setdefault("name", []).extend(found.pop(self.key_field))
        super()._update_errors(errors)  # type: ignore[misc]
