"""The theme of the admin: the only module that imports django-unfold. To replace the theme, replace this module.

Its settings are in `config/settings/admin.py`, its templates are adjusted in `templates/unfold/`.
"""

from django.forms import BaseForm, CheckboxInput
from django.forms.widgets import Input
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, AuthenticationForm, UserChangeForm, UserCreationForm
from unfold.sites import UnfoldAdminSite as AdminSite
from unfold.views import ChangeList
from unfold.widgets import BASE_INPUT_CLASSES
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget as CheckboxesWidget,
)
from unfold.widgets import (
    UnfoldAdminFileFieldWidget as FileWidget,
)
from unfold.widgets import (
    UnfoldAdminSelectWidget as SelectWidget,
)
from unfold.widgets import (
    UnfoldAdminTextareaWidget as TextareaWidget,
)
from unfold.widgets import (
    UnfoldAdminTextInputWidget as TextInputWidget,
)

UNAUTHENTICATED_LAYOUT = "unfold/layouts/unauthenticated.html"

__all__ = [
    "UNAUTHENTICATED_LAYOUT",
    "AdminPasswordChangeForm",
    "AdminSite",
    "AuthenticationForm",
    "ChangeList",
    "CheckboxesWidget",
    "FileWidget",
    "ModelAdmin",
    "SelectWidget",
    "StackedInline",
    "TabularInline",
    "TextInputWidget",
    "TextareaWidget",
    "UserChangeForm",
    "UserCreationForm",
    "apply_look",
    "display",
]


def apply_look(form: BaseForm) -> None:
    """Put the look of the theme on the inputs of `form`: for forms of Django outside of the admin."""
    for field in form.fields.values():
        if isinstance(field.widget, Input) and not isinstance(field.widget, CheckboxInput):
            field.widget.attrs["class"] = " ".join(BASE_INPUT_CLASSES)
