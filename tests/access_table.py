"""The access table: every way to request a file, and the response for each caller. A new way is a line.

A column is a caller, a line the kind of file, a cell the status (or what a list or a bulk call says of the file). The
same few lines of answers come back again and again, so they have names: a way that answers like another says so.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone

from permissions.choices import Permission, Visibility
from permissions.context import access_of
from permissions.models import User
from tests.access_answers import (
    BY_LINK,
    EARLIER,
    GONE,
    LISTED,
    NOT_FOUND,
    PLACED,
    SEEN,
    SEEN_BY_MEMBERS,
    SERVED,
    Answers,
    answers,
    as_edit,
    as_share,
    in_bulk,
)
from tests.factories import make_media_item, make_member, make_member_with, make_organization, make_role, make_user
from tests.reading_client import reader
from uploads.choices import RenditionKind
from uploads.models import Upload, UploadVersion
from uploads.sharing.links import create_share_link
from uploads.sharing.tokens import token_of
from uploads.tests.serving.helpers import give_rendition, put
from uploads.usages.record import record_usage

METADATA = {"camera": "Nikon D850", "location": {"latitude": 48.858222, "longitude": 2.2945}}


class Place:
    """An organization with a video of one kind, and one caller of each kind."""

    def __init__(self, kind: str):
        here = make_organization(is_default=True)
        self.role = make_role(here, Permission.MEDIA_VIEW)
        self.people: dict[str, User | None] = {
            "nobody": None,
            "stranger": make_member(make_organization(), "Administrator"),
            "member": make_member(here),
            "creator": make_member(here, "Creator"),
            "holder": make_user("", self.role),
            "granted": make_member_with(here, Permission.MEDIA_VIEW),
            "owner": make_member(here, "Creator"),
            "admin": make_member(here, "Administrator"),
        }
        self.clients = {name: reader(person) for name, person in self.people.items()}
        owner: Any = self.people["owner"]
        visibility = Visibility.PRIVATE if kind == "trashed" else Visibility(kind)
        sharing: Any = {"allowed_roles": [self.role], "allowed_users": [self.people["granted"]]}
        sharing["metadata"] = METADATA
        item = make_media_item(owner, here, visibility=visibility, content=b"bytes", **sharing)
        self.upload = item.upload
        self._make_around(owner)
        put(item.hls_key, b"#EXTM3U\n")
        if kind == "trashed":
            Upload.objects.filter(pk=self.upload.pk).update(deleted_at=timezone.now())

    def _make_around(self, owner: User) -> None:
        """A rendition, an earlier version, a link and a usage."""
        key = f"{self.upload.key}-earlier"
        put(key, b"earlier")
        same = ("original_filename", "mime_type", "checksum_sha256")
        UploadVersion.objects.create(
            upload=self.upload,
            number=1,
            storage="media",
            key=key,
            size=7,
            created_at=self.upload.created_at,
            **{name: getattr(self.upload, name) for name in same},
        )
        Upload.objects.filter(pk=self.upload.pk).update(version=2)
        self.link = create_share_link(access=access_of(owner), upload=self.upload, expires_in=timedelta(hours=1))
        self.usage, _ = record_usage(upload_id=self.upload.pk, entity_type="page", entity_id="1")
        self.upload.refresh_from_db()
        give_rendition(self.upload, RenditionKind.SMALL)
        give_rendition(self.upload, RenditionKind.JPEG, mime_type="image/jpeg")

    @cached_property
    def words(self) -> dict[str, str]:
        """What addresses and bodies name."""
        heir: Any = self.people["member"]
        return {
            "id": str(self.upload.pk),
            "name": self.upload.filename,
            "link": str(self.link.pk),
            "token": token_of(self.link.pk),
            "usage": str(self.usage.pk),
            "heir": str(heir.pk),
        }


@dataclass(frozen=True)
class Way:
    """One way to ask for a file. `said` reads an answer; by default its status is what it says."""

    method: str
    address: str
    answers: Answers
    body: Any = None
    said: Callable[[Any, Place], str] = field(default=lambda answer, place: str(answer.status_code))

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    def ask(self, place: Place, caller: str) -> str:
        """Ask as `caller`; return what goes into the cell."""
        body = None if self.body is None else _filled(self.body, place.words)
        answer = place.clients[caller].generic(
            self.method,
            self.address.format_map(place.words),
            "" if body is None else _json(body),
            content_type="application/json",
        )
        return self.said(answer, place)


def listed(answer: Any, place: Place) -> str:
    """Whether a list holds the file: `in` or `out`, or the status where there is no list."""
    if answer.status_code != 200:
        return str(answer.status_code)
    page = answer.json()
    found = [row["id"] for row in page["results"]]
    assert page.get("count", len(found)) == len(found)
    return "in" if place.words["id"] in found else "out"


def placed(answer: Any, place: Place) -> str:
    """Whether a detail has where the file was taken: `place` or `camera` alone, or the status where there is none."""
    if answer.status_code != 200:
        return str(answer.status_code)
    metadata = answer.json()["metadata"]
    assert metadata["camera"] == METADATA["camera"]
    return "place" if "location" in metadata else "camera"


def outcome(answer: Any, place: Place) -> str:
    """Under which name a bulk call lists the file, or the status where it does nothing."""
    if answer.status_code != 200:
        return str(answer.status_code)
    (name,) = [name for name, ids in answer.json().items() if place.words["id"] in ids]
    return str(name)


def _filled(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, words) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, words) for inner in value]
    return value.format_map(words) if isinstance(value, str) else value


def _json(value: Any) -> str:
    return json.dumps(value)


UPLOAD = "/api/v1/uploads/{id}/"
TABLE = [
    # Reading
    Way("GET", UPLOAD, SEEN),
    Way("GET", UPLOAD, PLACED, said=placed),
    Way("GET", "/api/v1/media-items/{id}/", PLACED, said=placed),
    Way("GET", "/api/v1/uploads/", LISTED, said=listed),
    Way("GET", "/api/v1/uploads/?cursor=", LISTED, said=listed),
    Way("GET", "/api/v1/uploads/?search={name}", LISTED, said=listed),
    Way("GET", UPLOAD + "usages/", SEEN_BY_MEMBERS),
    Way("GET", UPLOAD + "access/", as_edit("200")),
    Way("GET", UPLOAD + "activity/", answers(*["401 404 403 403 403 403 200 200"] * 4)),
    Way("GET", UPLOAD + "grants/", as_edit("200")),
    Way("GET", UPLOAD + "share-links/", as_share("200")),
    Way("GET", UPLOAD + "versions/", as_edit("200")),
    Way(
        "GET",
        "/api/v1/uploads/trash/",
        answers(*["401 out 403 out 403 403 out out"] * 3, "401 out 403 out 403 403 in in"),
        said=listed,
    ),
    Way("GET", "/api/v1/media-items/", LISTED, said=listed),
    Way("GET", "/api/v1/media-items/{id}/", SEEN),
    Way("GET", "/api/v1/media-items/{id}/playback/", SEEN),
    Way("GET", "/api/v1/media-items/{id}/captions/", SEEN),
    # Bytes
    Way("GET", "/files/{id}/{name}", SERVED),
    Way("HEAD", "/files/{id}/{name}", SERVED),
    Way("GET", "/files/{id}/{name}?download=1", SERVED),
    Way("GET", "/files/{id}/thumb-sm/{name}", SERVED),
    Way("GET", "/files/{id}/jpeg/{name}", SERVED),
    Way("GET", "/files/{id}/jpeg/{name}?download=1", SERVED),
    Way("GET", "/files/{id}/versions/1/{name}", EARLIER),
    Way("GET", "/s/{token}/{name}", BY_LINK),
    Way("GET", "/playback/{id}/master.m3u8", {kind: line.replace("200", "302") for kind, line in SERVED.items()}),
    # Changing
    Way("PATCH", UPLOAD, as_edit("200"), {"title": "New"}),
    Way("PATCH", UPLOAD, as_edit("200"), {"visibility": "PUBLIC"}),
    Way("PUT", UPLOAD + "grants/", as_edit("200"), {"users": ["{heir}"]}),
    Way("POST", UPLOAD + "usages/", as_edit("201"), {"entity_type": "page", "entity_id": "2"}),
    Way(
        "DELETE",
        UPLOAD + "usages/{usage}/",
        answers(*["401 404 403 403 403 403 204 204"] * 4),  # also of the trash, which usages keep from being emptied
    ),
    Way("POST", UPLOAD + "share-links/", as_share("201"), {}),
    Way("DELETE", UPLOAD + "share-links/{link}/", as_share("204")),
    Way("POST", UPLOAD + "versions/1/restore/", as_edit("200")),
    Way("POST", UPLOAD + "replace/", as_edit("400"), {"upload_session": "{id}"}),
    Way(
        "POST",
        UPLOAD + "hand-over/",
        answers(*["401 404 403 403 403 403 403 200"] * 3, GONE),
        {"user": "{heir}"},
    ),
    Way("PATCH", "/api/v1/media-items/{id}/", as_edit("200"), {"title": "New"}),
    Way("POST", "/api/v1/media-items/{id}/transcode/", as_edit("409")),
    Way(
        "POST",
        "/api/v1/media-items/{id}/captions/",
        as_edit("400"),  # it is no text
        {"document": "{id}", "language": "en", "label": "English"},
    ),
    Way("DELETE", "/api/v1/media-items/{id}/captions/{id}/", as_edit("404")),  # there are none
    # Into the trash, out of it, and gone
    Way("DELETE", UPLOAD, as_edit("409")),
    Way("DELETE", UPLOAD + "?force=true", as_edit("204")),
    Way("DELETE", "/api/v1/media-items/{id}/", as_edit("409")),
    Way(
        "POST",
        UPLOAD + "restore/",
        answers(*["401 404 403 403 403 403 409 409"] * 3, "401 404 403 403 403 403 200 200"),
    ),
    Way(
        "DELETE",
        UPLOAD + "purge/",
        answers(*["401 404 403 403 403 403 403 409"] * 4),  # in the trash it is still used
    ),
    # Many at once
    Way("POST", "/api/v1/uploads/bulk-delete/", in_bulk("in_use"), {"ids": ["{id}"]}, outcome),
    Way("POST", "/api/v1/uploads/bulk-delete/", in_bulk("deleted"), {"ids": ["{id}"], "force": True}, outcome),
    Way("POST", "/api/v1/uploads/bulk-tags/", in_bulk("updated"), {"ids": ["{id}"], "add": ["x"]}, outcome),
    Way(
        "POST",
        "/api/v1/uploads/bulk-restore/",
        answers(
            *[NOT_FOUND] * 3,
            "401 not_found denied denied denied denied restored restored",
        ),
        {"ids": ["{id}"]},
        outcome,
    ),
    Way(
        "PATCH",
        "/api/v1/uploads/bulk-visibility/",
        answers(*["401 403 403 403 403 403 200 200"] * 3, "401 403 403 403 403 403 403 403"),
        {"ids": ["{id}"], "visibility": "PUBLIC"},
    ),
]
