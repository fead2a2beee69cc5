"""The documents of captions, as players read them."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from common.errors import Invalid
from media_library.captions.webvtt import webvtt
from media_library.models import Caption
from uploads.models import Upload
from uploads.storage import store

LANGUAGE = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$"  # BCP 47, as far as players read it
TYPES = ("text/vtt", "application/x-subrip")
LONGEST = 4 * 1024**2  # bytes; the captions of a long film have a twentieth of it


def shown_captions(item_id: UUID) -> QuerySet[Caption]:
    """Return the captions of an item whose documents can be read, with these, the oldest first."""
    rows = Caption.objects.filter(media_item_id=item_id, document__deleted_at=None, document__purging_at=None)
    return rows.select_related("document").order_by("created_at", "id")


def read_webvtt(document: Upload) -> str:
    """Read a document as WebVTT. Raises Invalid for one without a cue, MissingObject and StoreUnavailable."""
    if document.mime_type not in TYPES or document.size > LONGEST:
        raise Invalid(_("Captions are WebVTT or SubRip documents of up to 4 MiB."), attr="document")
    text = webvtt(b"".join(store(document.storage).read(document.key)))
    if not text:
        raise Invalid(_("This document has no captions: no line with two times was found."), attr="document")
    return text
