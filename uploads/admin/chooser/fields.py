"""The form field behind the chooser: one upload that the person may see."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from common.db.ids import parse_id
from permissions.access import Access
from permissions.admin.tenant import admin_access, has_organization
from permissions.choices import Action, Permission
from uploads.admin.chooser.widget import UploadChooserWidget
from uploads.models import Upload


def choosable(access: Access, types: Collection[str] = ()) -> QuerySet[Upload]:
    """Return the files that the caller may choose: those of the list of files, of these types (none: any)."""
    if not has_organization(access) or not access.has(Permission.MEDIA_VIEW):
        return Upload.objects.none()
    rows = Upload.objects.allowing(access, Action.VIEW)
    return rows.filter(type__in=types) if types else rows


class UploadChoiceField(forms.ModelChoiceField):
    """One upload, chosen from the library or uploaded in the dialog. Cleans to an `Upload`, or None.

    Set `kept` to the id of the present upload of the row: it stays valid, also if the person may not see it.
    """

    kept: UUID | None = None

    def __init__(self, *, request: HttpRequest, types: Collection[str] = (), **kwargs: Any) -> None:
        self.types = tuple(types)
        self.access = admin_access(request)
        super().__init__(
            queryset=choosable(self.access, self.types), widget=UploadChooserWidget(request, self.types), **kwargs
        )

    def to_python(self, value: object) -> Upload | None:
        """Return the upload. Raises ValidationError for one that the person may not choose."""
        if value in self.empty_values:
            return None
        pk = parse_id(str(value.pk if isinstance(value, Upload) else value))
        kept = parse_id(str(self.kept)) if self.kept else None
        rows = Upload.everything.all() if pk and pk == kept else self.queryset
        upload = rows.filter(pk=pk).first() if pk and rows is not None else None
        if upload is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return upload
