"""The vocabulary of the resource library."""

from django.db.models import TextChoices


class LibraryType(TextChoices):
    """What a library resource shows."""

    GARMENT = "garment", "Garment"
    MODEL = "model", "Model"
    SCENE = "scene", "Scene"


class LibraryStatus(TextChoices):
    """Active ones are public; the others are there for those who may see library resources."""

    ACTIVE = "active", "Active"
    ARCHIVED = "archived", "Archived"
    DRAFT = "draft", "Draft"


class FileRole(TextChoices):
    """What a file is to its library resource: one original, at most one thumbnail, any number in the gallery."""

    GALLERY = "gallery", "Gallery"
    ORIGINAL = "original", "Original"
    THUMBNAIL = "thumbnail", "Thumbnail"


# What each type must say of itself; a field of another type stays empty. All of them are free text: the contract names
# no values, and the lists of a shop change.
FIELDS_OF: dict[str, tuple[str, ...]] = {
    LibraryType.GARMENT: ("category",),
    LibraryType.MODEL: ("gender", "age_group"),
    LibraryType.SCENE: ("environment",),
}
ATTRIBUTES = ("gender", "age_group", "environment", "category")
