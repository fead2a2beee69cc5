"""The form of a library resource: the fields of its type and its files, which are uploaded while it is open."""

import json
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.db.ids import parse_id
from common.errors import DomainError
from permissions.access import Access
from permissions.admin.tenant_form import TenantForm
from resources.admin.library_pictures import form_files
from resources.choices import ATTRIBUTES, FIELDS_OF, FileRole
from resources.models import LibraryResource
from resources.services.library import LibraryFields, check_fields
from resources.services.library_files import MAX_FILES, NewFile, VerifiedNewFile, check_files, verify_files
from uploads.admin.uploader import api_facts
from uploads.choices import UploadType

PICTURES = "pictures"


class PicturesWidget(forms.HiddenInput):
    """The files in their order as JSON; `static/library/resource_form/` shows, uploads and sorts them."""

    template_name = "resources/library_files.html"
    facts: dict[str, Any] = {}

    class Media:
        css = {"all": ["library/resource_form/pictures.css"]}
        js = [forms.Script("library/resource_form/main.js", type="module")]

    @property
    def is_hidden(self) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "facts": json.dumps({**self.facts, "fields": FIELDS_OF})}


class PicturesField(forms.CharField):
    """The files as JSON of the script. Values with the same files in the same order have the same version."""

    def version_text(self, value: Any) -> str:
        try:
            entries = [entry for entry in json.loads(value or "[]") if not entry.get("leaving")]
            return "\n".join(f"{entry['role']}: {entry.get('name', '')} ({entry['id']})" for entry in entries)
        except (ValueError, TypeError, KeyError, AttributeError):
            return str(value)


class LibraryForm(TenantForm):
    """Validates as the services do, field by field. A valid form has verified its new files."""

    pictures = PicturesField(label=gettext_lazy("Pictures"), required=False, widget=PicturesWidget)
    access: Access  # set by the admin, as is the request
    request: HttpRequest

    class Meta:
        model = LibraryResource
        fields = ["type", "name", "status", *ATTRIBUTES]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verified_files: list[VerifiedNewFile] = []
        self.acting_access = self.access
        if PICTURES in self.fields:
            self.initial[PICTURES] = json.dumps(form_files(self.instance))
            self.facts = self._facts()
            cast(PicturesWidget, self.fields[PICTURES].widget).facts = self.facts

    def validate_constraints(self) -> None:
        """Do nothing: `clean` checks the same and names the field."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.instance.type = cleaned.get("type") or self.instance.type
        if self.errors or not self.instance.type:
            return cleaned
        for name in ATTRIBUTES:
            if name not in FIELDS_OF[self.instance.type]:
                cleaned[name] = ""  # left from another type
        try:
            check_fields(LibraryResource(type=self.instance.type), self.resource_fields())
            self._verify_files()
        except DomainError as error:
            self.add_error(error.attr if error.attr in self.fields else PICTURES, error.detail)
        return cleaned

    def resource_fields(self) -> LibraryFields:
        """Return the fields for the services."""
        names = ["name", "status", *ATTRIBUTES]
        fields = {"type": self.instance.type, **{name: self.cleaned_data.get(name, "") for name in names}}
        return cast(LibraryFields, fields)

    def gallery_among(self, present: list[UUID]) -> list[UUID]:
        """Return the ids of the gallery in the order of the form, without files that were removed in it.

        A new file has the id of its session. Files that were added since the form was opened stay, at the end.
        """
        posted = [(pk, entry) for pk, entry in self._entries() if entry.get("role") == FileRole.GALLERY]
        wanted = [pk for pk, entry in posted if pk in present and not entry.get("leaving")]
        return [*dict.fromkeys(wanted), *(pk for pk in present if pk not in {known for known, _ in posted})]

    def _facts(self) -> dict[str, Any]:
        """Return the data for the script; `refused` maps sessions to their errors when the form is shown again."""
        facts = api_facts(self.request)
        here: UUID | None = self.instance.organization_id or self.tenant_id
        return {
            "aliases": facts["aliases"],
            "kind": facts["kinds"][UploadType.LIBRARY],
            "organization": str(here) if here else None,
            "type": self.instance.type,
            "refused": {},
        }

    def _verify_files(self) -> None:
        new = [(NewFile(entry.get("role", ""), pk), entry) for pk, entry in self._entries() if entry.get("new")]
        files = [file for file, _ in new]
        if any(file.role not in FileRole.values for file in files) or len(files) > MAX_FILES:
            raise DomainError(_("At most %(count)s files can be added at once.") % {"count": MAX_FILES})
        check_files(files, needs_original=self.instance._state.adding)
        if not files:
            return
        organization = self.cleaned_data.get("organization")
        organization_id = organization.pk if organization else self.instance.organization_id
        self.acting_access = self.access.in_organization(organization_id)
        try:
            self.verified_files = verify_files(access=self.acting_access, files=files)
        except DomainError as error:
            raise self._with_file_name(error, new) from error

    def _with_file_name(self, error: DomainError, new: list[tuple[NewFile, dict[str, Any]]]) -> DomainError:
        """Return the error with the name of its file, which the form marks when it is shown again."""
        index = (error.attr or "").split(".")[1:2]
        if not index or not index[0].isdigit():
            return error
        file, entry = new[int(index[0])]
        self.facts["refused"][str(file.session_id)] = error.detail
        return DomainError(f"“{entry.get('name') or file.role}”: {error.detail}")

    def _entries(self) -> list[tuple[Any, dict[str, Any]]]:
        try:
            entries = json.loads(self.cleaned_data.get(PICTURES) or "[]")
        except ValueError:
            entries = None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise DomainError(_("The list of files is not valid."))
        return [(parse_id(entry.get("id")), entry) for entry in entries]
