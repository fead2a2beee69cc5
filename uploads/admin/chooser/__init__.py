"""Choosing a file of the library in a form: docs/chooser.md."""

from uploads.admin.chooser.fields import UploadChoiceField, choosable
from uploads.admin.chooser.mixin import UploadChooserMixin
from uploads.admin.chooser.widget import UploadChooserWidget

__all__ = ["UploadChoiceField", "UploadChooserMixin", "UploadChooserWidget", "choosable"]
