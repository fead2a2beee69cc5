"""The form of a library resource: the fields of its type, and its files, which are sent while it is filled in."""

import json
from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpRequest

from common.db.ids import parse_id
from common.errors import DomainError
from permissions.access import Access
from permissions.admin.tenant_form import TenantForm
from permissions.context import access_of
from permissions.models import User
from resources.admin.library_pictures import shown_files
from resources.choices import ATTRIBUTES, FIELDS_OF, FileRole
from resources.models import LibraryResource
from resources.services.library import check_fields
from resources.services.library_files import MAX_FILES, NewFile, VerifiedNewFile, check_files, verify_files
from uploads.admin.uploader import api_facts
from uploads.choices import UploadType

PICTURES = "pictures"


class PicturesWidget(forms.HiddenInput):
    """The files in their order, as JSON; `static/library/resource_form/` shows them, takes new ones and sorts them."""

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
    """The files as the script writes them. Two states are the same when they hold the same files in the same order."""

    def version_text(self, value: Any) -> str:
        try:
            entries = [entry for entry in json.loads(value or "[]") if not entry.get("leaving")]
            return "\n".join(f"{entry['role']}: {entry.get('name', '')} ({entry['id']})" for entry in entries)
        except (ValueError, TypeError, KeyError, AttributeError):
            return str(value)


class LibraryForm(TenantForm):
    """Refuses what the services would refuse, field by field. New files were looked at once it is valid."""

    pictures = PicturesField(required=False, widget=PicturesWidget)
    access: Access  # set by the admin, as is the request
    request: HttpRequest

    class Meta:
        model = LibraryResource
        fields = ["type", "name", "status", *ATTRIBUTES]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verified_files: list[VerifiedNewFile] = []
        self.acting = self.access
        if PICTURES in self.fields:
            self.initial[PICTURES] = json.dumps(shown_files(self.instance))
            self.facts = self._facts()
            cast(PicturesWidget, self.fields[PICTURES].widget).facts = self.facts

    def validate_constraints(self) -> None:
        """The services' rules say the same, in words, of the field that is wrong."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.instance.type = cleaned.get("type") or self.instance.type
        if self.errors or not self.instance.type:
            return cleaned
        for name in ATTRIBUTES:
            if name not in FIELDS_OF[self.instance.type]:
                cleaned[name] = ""  # typed before another type was chosen
        try:
            check_fields(LibraryResource(type=self.instance.type), self.said())
            self._look_at_files()
        except DomainError as error:
            self.add_error(error.attr if error.attr in self.fields else PICTURES, error.detail)
        return cleaned

    def said(self) -> Any:
        """What the services are told."""
        names = ["name", "status", *ATTRIBUTES]
        return {"type": self.instance.type, **{name: self.cleaned_data.get(name, "") for name in names}}

    def gallery_among(self, present: list[UUID]) -> list[UUID]:
        """Put the ids of the files in the gallery into the order of the form, without those that were removed there.

        A new file has its session's id. What came into the gallery since the form was opened stays, at its end.
        """
        posted = [(pk, entry) for pk, entry in self._entries() if entry.get("role") == FileRole.GALLERY]
        wanted = [pk for pk, entry in posted if pk in present and not entry.get("leaving")]
        return [*dict.fromkeys(wanted), *(pk for pk in present if pk not in {known for known, _ in posted})]

    def _facts(self) -> dict[str, Any]:
        """What the page needs to know; `refused` has what is wrong with a session, for when the form is shown again."""
        facts = api_facts(self.request)
        here: UUID | None = self.instance.organization_id or self.tenant_id
        return {
            "aliases": facts["aliases"],
            "kind": facts["kinds"][UploadType.LIBRARY],
            "organization": str(here) if here else None,
            "type": self.instance.type,
            "refused": {},
        }

    def _look_at_files(self) -> None:
        new = [(NewFile(entry.get("role", ""), pk), entry) for pk, entry in self._entries() if entry.get("new")]
        files = [file for file, _ in new]
        if any(file.role not in FileRole.values for file in files) or len(files) > MAX_FILES:
            raise DomainError(f"These files cannot be read. At most {MAX_FILES} can be added at once.")
        check_files(files, needs_original=self.instance._state.adding)
        if not files:
            return
        organization = self.cleaned_data.get("organization")
        here = organization.pk if organization else self.instance.organization_id
        self.acting = access_of(cast(User, self.request.user), here) if self.access.everywhere else self.access
        try:
            self.verified_files = verify_files(access=self.acting, files=files)
        except DomainError as error:
            raise self._named(error, new) from error

    def _named(self, error: DomainError, new: list[tuple[NewFile, dict[str, Any]]]) -> DomainError:
        """The same refusal with the name of the file, which is marked when the form is shown again."""
        place = (error.attr or "").split(".")[1:2]
        if not place or not place[0].isdigit():
            return error
        file, entry = new[int(place[0])]
        self.facts["refused"][str(file.session_id)] = error.detail
        return DomainError(f"“{entry.get('name') or file.role}”: {error.detail}")

    def _entries(self) -> list[tuple[Any, dict[str, Any]]]:
        try:
            entries = json.loads(self.cleaned_data.get(PICTURES) or "[]")
        except ValueError:
            entries = None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise DomainError("These files cannot be read.")
        return [(parse_id(entry.get("id")), entry) for entry in entries]
