"""The widget of a field with a file: the chosen file, and a dialog to choose another one."""

import json
from collections.abc import Collection
from typing import Any, Self
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from common.db.ids import parse_id
from permissions.access import Access
from permissions.admin.tenant import admin_access
from permissions.choices import Action
from uploads.admin.uploader import api_facts
from uploads.models import Upload
from uploads.serving.file_urls import thumbnail_url

Attributes = dict[str, Any]


class UploadChooserWidget(forms.Widget):
    """Shows the chosen file; `static/dist/chooser.js` opens the dialog in which another is picked or uploaded.

    Its value is the id of an upload. `types` are the upload types to choose from, all where there are none. The dialog
    asks the API, so it shows what the person may see; the field checks what is posted. `organization` is the one whose
    files are shown to a person who acts in all of them; None: that of the form's `organization` field.
    """

    organization: UUID | None = None

    template_name = "uploads/chooser.html"

    class Media:
        css = {"all": ["dist/chooser.css"]}
        js = ["dist/chooser.js"]

    def __init__(self, request: HttpRequest, types: Collection[str] = (), attrs: Attributes | None = None) -> None:
        super().__init__(attrs)
        self.request, self.types = request, tuple(types)

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Copy the widget as forms do; the request is shared."""
        copied = type(self)(self.request, self.types, dict(self.attrs))
        copied.organization, copied.is_required = self.organization, self.is_required
        return copied

    def id_for_label(self, id_: str) -> str:
        """Return the id of the button that opens the dialog."""
        return f"{id_}_choose" if id_ else ""

    def get_context(self, name: str, value: object, attrs: Attributes | None) -> dict[str, Any]:
        """Add the chosen file, and what the dialog reads before it calls the API."""
        context = super().get_context(name, value, attrs)
        access = admin_access(self.request)
        facts = api_facts(self.request)
        here = facts["organization"] or (str(self.organization) if self.organization else None)
        context["facts"] = json.dumps({**facts, "organization": here, "types": self.types})
        context["chosen"] = chosen_file(value, access) if value else None
        return context


def chosen_file(value: object, access: Access) -> dict[str, str]:
    """Return the name and picture of the chosen file; a placeholder if the person may not see it."""
    pk = parse_id(str(value))
    upload = Upload.objects.allowing(access, Action.VIEW).filter(pk=pk).first() if pk else None
    if upload is None:
        return {"name": _("A file that you may not see"), "picture": ""}
    picture = thumbnail_url("", upload.pk, upload.filename) if upload.has_thumbnail else ""
    return {"name": str(upload), "picture": picture}
