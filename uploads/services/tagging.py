"""Changing a word on every file that has it."""

from collections import defaultdict
from uuid import UUID

from django.db import transaction

from uploads.models import Tag, Upload, UploadTag
from uploads.search import search_text_of
from uploads.tags import tag_slug

BATCH = 1000
READ = ("filename", "original_filename", "title", "description")


def rename_tag(*, tag: Tag, name: str) -> None:
    """Call a tag `name` from now on, also where its files are searched; the caller checked that it is free."""
    with transaction.atomic():
        tag.name, tag.slug = name, tag_slug(name)
        tag.save()
        _refresh(_files_with(tag))


def delete_tag(*, tag: Tag) -> None:
    """Take a word off every file, and out of what they are found by."""
    with transaction.atomic():
        files = _files_with(tag)
        tag.delete()
        _refresh(files)


def _files_with(tag: Tag) -> list[UUID]:
    return list(UploadTag.objects.filter(tag=tag).order_by("upload_id").values_list("upload_id", flat=True))


def _refresh(ids: list[UUID]) -> None:
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        words: dict[UUID, list[str]] = defaultdict(list)
        rows = UploadTag.objects.filter(upload_id__in=batch).values_list("upload_id", "tag__name")
        for upload_id, name in rows.order_by("tag__slug"):
            words[upload_id].append(name)
        uploads = list(Upload.everything.select_for_update().filter(pk__in=batch).order_by("pk").only(*READ))
        for upload in uploads:
            upload.search_text = search_text_of(**{name: getattr(upload, name) for name in READ}, tags=words[upload.pk])
        Upload.everything.bulk_update(uploads, ["search_text"], batch_size=500)
