"""The vocabulary of the resource library."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LibraryType(TextChoices):
    """What a library resource shows."""

    GARMENT = "garment", _("Garment")
    MODEL = "model", _("Model")
    SCENE = "scene", _("Scene")


class LibraryStatus(TextChoices):
    """Active resources are public; the others need the permission to view library resources."""

    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")
    DRAFT = "draft", _("Draft")


class FileRole(TextChoices):
    """The role of a file in its library resource: one original, at most one thumbnail, any number in the gallery."""

    GALLERY = "gallery", _("Gallery")
    ORIGINAL = "original", _("Original")
    THUMBNAIL = "thumbnail", _("Thumbnail")


# The attributes that each type requires; attributes of other types stay empty. They are free text: the API defines no
# values.
FIELDS_OF: dict[str, tuple[str, ...]] = {
    LibraryType.GARMENT: ("category",),
    LibraryType.MODEL: ("gender", "age_group"),
    LibraryType.SCENE: ("environment",),
}
ATTRIBUTES = ("gender", "age_group", "environment", "category")
