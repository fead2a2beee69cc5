"""What the uploader and the chooser of the admin's pages need to know before they ask the API."""

from typing import Any

from django.http import HttpRequest

from permissions.admin.tenant import admin_access, organizations_of, person_of
from permissions.choices import Permission, Visibility
from uploads.choices import UploadType
from uploads.kinds import ALIASES, KINDS

Facts = dict[str, Any]
OFFERED = 100  # organizations, to those who act in all of them


def api_facts(request: HttpRequest) -> Facts:
    """How this page calls the API, for the organization the person acts in (None: in all of them)."""
    access = admin_access(request)
    return {
        "user": str(access.user_id),
        "organization": str(access.organization_id) if access.organization_id else None,
        "can_upload": access.has(Permission.MEDIA_UPLOAD),
        "kinds": kinds_facts(),
        "aliases": ALIASES,
    }


def kinds_facts() -> Facts:
    """The table of kinds, for browsers: what each takes and how large (in bytes) it may be."""
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
    """What the template of the uploader shows; `may_upload` is False where there is to be none."""
    access = admin_access(request)
    if not access.has(Permission.MEDIA_UPLOAD):
        return {"may_upload": False}
    organizations = organizations_of(person_of(request))[:OFFERED] if access.everywhere else []
    return {
        "may_upload": True,
        "facts": api_facts(request),
        "types": UploadType.choices,
        "visibilities": [choice for choice in Visibility.choices if choice[0] != Visibility.ROLE_BASED],
        "organizations": organizations,
    }
