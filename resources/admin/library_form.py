"""The form of a library resource: the fields of its type, and its files, which are sent while it is filled in."""

import json
from typing import Any, cast

from django import forms
from django.http import HttpRequest

from permissions.access import Access
from permissions.admin.governed import TenantForm
from permissions.errors import DomainError
from permissions.ids import parse_id
from permissions.models import User
from permissions.resolving import access_of
from resources.api.library_representation import files_of
from resources.choices import ATTRIBUTES, FIELDS_OF, FileRole
from resources.models import LibraryResource
from resources.services.library import check_fields
from resources.services.library_files import Arrival, NewFile, check_files, verify_files
from uploads.addresses import asset_url
from uploads.admin.uploader import api_facts

PICTURES = "pictures"


class PicturesWidget(forms.HiddenInput):
    """The files in their order, as JSON; `library_resources.js` shows them, takes new ones and sorts the gallery."""

    template_name = "resources/library_files.html"

    class Media:
        css = {"all": ["library/library_resources.css"]}
        js = ["library/library_resources.js"]

    @property
    def is_hidden(self) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        facts = {**self.facts, "fields": FIELDS_OF}
        return {**super().get_context(name, value, attrs), "facts": json.dumps(facts), "roles": FileRole.choices}

    facts: dict[str, Any] = {}


class LibraryForm(TenantForm):
    """Refuses what the services would refuse, field by field. New files were looked at once it is valid."""

    pictures = forms.CharField(required=False, widget=PicturesWidget)
    access: Access  # set by the admin, as is the request
    request: HttpRequest

    class Meta:
        model = LibraryResource
        fields = ["type", "name", "status", *ATTRIBUTES]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrivals: list[Arrival] = []
        self.acting = self.access
        if PICTURES in self.fields:
            self.initial[PICTURES] = json.dumps(shown_files(self.instance))
            organization = self.instance.organization_id or self.tenant_id
            facts = {**api_facts(self.request), "organization": str(organization) if organization else None}
            cast(PicturesWidget, self.fields[PICTURES].widget).facts = facts

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
        return {"type": self.instance.type, **{name: self.cleaned_data[name] for name in names}}

    @property
    def gallery(self) -> list[Any]:
        """The ids of the files in the gallery, in their order; a new file has its session's."""
        return [pk for pk, entry in self._entries() if entry.get("role") == FileRole.GALLERY]

    def _look_at_files(self) -> None:
        new = [NewFile(entry.get("role", ""), pk) for pk, entry in self._entries() if entry.get("new")]
        is_new = self.instance._state.adding
        if any(file.role not in FileRole.values for file in new):
            raise DomainError("These files cannot be read.")
        check_files(new, needs_original=is_new)
        if new:
            organization = self.cleaned_data.get("organization")
            here = organization.pk if organization else self.instance.organization_id
            self.acting = access_of(cast(User, self.request.user), here) if self.access.everywhere else self.access
            self.arrivals = verify_files(access=self.acting, files=new)

    def _entries(self) -> list[tuple[Any, dict[str, Any]]]:
        try:
            entries = json.loads(self.cleaned_data.get(PICTURES) or "[]")
        except ValueError:
            entries = None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise DomainError("These files cannot be read.")
        return [(parse_id(entry.get("id")), entry) for entry in entries]


def shown_files(resource: LibraryResource) -> list[dict[str, Any]]:
    """The files of a resource as the form shows them: the original first, then the thumbnail, then the gallery."""
    if resource._state.adding:
        return []
    order = [FileRole.ORIGINAL, FileRole.THUMBNAIL, FileRole.GALLERY]
    files = sorted(files_of([resource.pk]).get(resource.pk, []), key=lambda file: order.index(file["role"]))
    return [
        {"id": str(file["upload_id"]), "role": file["role"], "picture": asset_url("", file["made_key"] or file["key"])}
        for file in files
    ]
