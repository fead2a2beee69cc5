"""The vocabulary of the resource library."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LibraryType(TextChoices):
    """What a library resource shows."""

    GARMENT = "garment", _("Garment")
    MODEL = "model", _("Model")
    SCENE = "scene", _("Scene")


class LibraryStatus(TextChoices):
    """Active ones are public; the others are there for those who may see library resources."""

    ACTIVE = "active", _("Active")
    ARCHIVED = "archived", _("Archived")
    DRAFT = "draft", _("Draft")


class FileRole(TextChoices):
    """What a file is to its library resource: one original, at most one thumbnail, any number in the gallery."""

    GALLERY = "gallery", _("Gallery")
    ORIGINAL = "original", _("Original")
    THUMBNAIL = "thumbnail", _("Thumbnail")


# What each type must say of itself; a field of another type stays empty. All of them are free text: the contract names
# no values, and the lists of a shop change.
FIELDS_OF: dict[str, tuple[str, ...]] = {
    LibraryType.GARMENT: ("category",),
    LibraryType.MODEL: ("gender", "age_group"),
    LibraryType.SCENE: ("environment",),
}
ATTRIBUTES = ("gender", "age_group", "environment", "category")
