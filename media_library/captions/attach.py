"""Attaching documents to media items as captions. Order of locks: the item's file, then files by id."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext as _

from common.db.transactions import transactional
from common.errors import Invalid, NotFound
from media_library.entity_types import CAPTIONS, MEDIA_ITEM
from media_library.models import Caption
from uploads.models import Upload
from uploads.usages.record import record_usage, release_usage


@transactional
def attach_caption(*, upload: Upload, document: Upload, language: str, label: str) -> tuple[Caption, bool]:
    """Show `document` with the media item of `upload`, which is locked; return the caption, and whether it is new.

    A document that is attached gets another language and label. Checks neither permissions nor the text. Raises
    Invalid (`unique`) for a language and label that other captions of the item have, InTrash for the document.
    """
    others = Caption.objects.filter(media_item_id=upload.pk).exclude(document=document)
    if others.filter(language=language, label=label).exists():
        message = _("This media item has captions with this language and label already.")
        raise Invalid(message, attr="label", code="unique")
    record_usage(upload_id=document.pk, label=str(upload)[:200], **_usage(upload.pk))
    return Caption.objects.update_or_create(
        media_item_id=upload.pk,
        document=document,
        defaults={"language": language, "label": label},
        create_defaults={"language": language, "label": label, "organization_id": upload.organization_id},
    )


@transactional
def detach_caption(*, upload: Upload, caption_id: UUID | None) -> None:
    """Take captions off the media item of `upload`, which is locked; the document stays. Raises NotFound."""
    captions = Caption.objects.filter(media_item_id=upload.pk)
    caption = captions.filter(pk=caption_id).first() if caption_id else None
    if caption is None:
        raise NotFound
    caption.delete()
    release_usage(upload_id=caption.document_id, **_usage(upload.pk))


def drop_captions(ids: Collection[UUID]) -> None:
    """Delete the captions of items, and those made of documents, that are purged: `ids`, which are locked."""
    for item_id, document_id in Caption.objects.filter(media_item_id__in=ids).values_list("media_item", "document"):
        release_usage(upload_id=document_id, **_usage(item_id))
    Caption.objects.filter(media_item_id__in=ids).delete()
    Caption.objects.filter(document_id__in=ids).delete()


def _usage(item_id: UUID) -> dict[str, str]:
    return {"entity_type": MEDIA_ITEM, "entity_id": str(item_id), "field": CAPTIONS}
