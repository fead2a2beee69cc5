"""Data for the uploader and the chooser of admin pages, which call the API."""

from typing import Any

from django.http import HttpRequest

from permissions.admin.tenant import admin_access, organizations_of, person_of
from permissions.choices import Permission, Visibility
from uploads.choices import UploadType
from uploads.kinds import KINDS
from uploads.kinds.formats import ALIASES

Facts = dict[str, Any]
MAX_ORGANIZATIONS = 100  # offered to those who act in all of them


def api_facts(request: HttpRequest) -> Facts:
    """Return how this page calls the API, for the organization the person acts in (None: in all of them)."""
    access = admin_access(request)
    return {
        "user": str(access.user_id),
        "organization": str(access.organization_id) if access.organization_id else None,
        "can_upload": access.has(Permission.MEDIA_UPLOAD),
        "kinds": kinds_facts(),
        "aliases": dict(ALIASES),
    }


def kinds_facts() -> Facts:
    """Return the table of kinds for browsers: what each accepts, and its limit in bytes."""
    return {
        str(kind.type): {
            "label": str(UploadType(kind.type).label),
            "accepts": {mime: list(names) for mime, names in kind.extensions.items()},
            "max_size": kind.max_size,
            "fixed_visibility": kind.fixed_visibility,
        }
        for kind in KINDS.values()
    }


def uploader_context(request: HttpRequest) -> Facts:
    """Return what the template of the uploader shows; `may_upload` is False where it shows none."""
    access = admin_access(request)
    if not access.has(Permission.MEDIA_UPLOAD):
        return {"may_upload": False}
    organizations = organizations_of(person_of(request))[:MAX_ORGANIZATIONS] if access.everywhere else []
    return {
        "may_upload": True,
        "facts": api_facts(request),
        "types": UploadType.choices,
        "visibilities": [choice for choice in Visibility.choices if choice[0] != Visibility.ROLE_BASED],
        "organizations": organizations,
    }
