"""Names in forms: tags between commas, and rows with a key that is derived from their name."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from permissions.admin.tenant_form import TenantForm
from uploads.files.edit import TAGS_OF_A_FILE, normalize_name
from uploads.files.tag_names import tag_error, tag_slug


def split_tags(text: str) -> list[str]:
    """Return the tags that `text` names between commas. Raises ValidationError for an invalid tag, and for too many."""
    names = list(filter(None, map(normalize_name, text.split(","))))
    for name in names:
        if error := tag_error(name):
            raise ValidationError(error, code="invalid")
    if len(set(map(tag_slug, names))) > TAGS_OF_A_FILE:
        text = _("A file can have at most %(limit)s tags.")
        raise ValidationError(text, code="too_many", params={"limit": TAGS_OF_A_FILE})
    return names


class NamedForm(TenantForm):
    """A form that sets `key_field`, which it does not show, to the folded name: one name is one row.

    Constraints of the key are checked once the name is valid, and are errors of the name.
    """

    key_field = "slug"

    def clean_name(self) -> str:
        """Derive the key from the name."""
        name = normalize_name(self.cleaned_data["name"])
        if not (key := tag_slug(name)):
            raise ValidationError(_("This field is required."), code="required")
        setattr(self.instance, self.key_field, key)
        return name

    def _get_validation_exclusions(self) -> set[str]:
        exclusions = super()._get_validation_exclusions()
        return exclusions - {self.key_field} if "name" in self.cleaned_data else exclusions

    def _update_errors(self, errors: ValidationError) -> None:
        """Show errors of the key at the name."""
        by_field: dict[str, list[ValidationError]] = getattr(errors, "error_dict", {})
        if self.key_field in by_field and self.key_field not in self.fields:
            by_field.setdefault("name", []).extend(by_field.pop(self.key_field))
        super()._update_errors(errors)
