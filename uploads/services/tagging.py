"""Changing a word on every file that has it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from uploads.models import Tag, Upload, UploadTag
from uploads.search import search_text_of
from uploads.selecting import update_texts
from uploads.tags import tag_slug

BATCH = 1000
READ = ("filename", "original_filename", "title", "description")


def rename_tag(*, tag: Tag, name: str) -> None:
    """Call a tag `name` from now on, also where its files are searched; the caller checked that it is free."""
    with transaction.atomic():
        tag.name, tag.slug = name, tag_slug(name)
        tag.save()
        refresh_search_text(_files_with(tag))


def delete_tag(*, tag: Tag) -> None:
    """Take a word off every file, and out of what they are found by."""
    with transaction.atomic():
        files = _files_with(tag)
        tag.delete()
        refresh_search_text(files)


def _files_with(tag: Tag) -> list[UUID]:
    return list(UploadTag.objects.filter(tag=tag).order_by("upload_id").values_list("upload_id", flat=True))


def refresh_search_text(ids: Sequence[UUID]) -> None:
    """Write anew what files are found by, after their tags changed. Three statements for each thousand of them."""
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        words: dict[UUID, list[str]] = defaultdict(list)
        rows = UploadTag.objects.filter(upload__pk__among=batch).values_list("upload_id", "tag__name")
        for upload_id, name in rows.order_by("tag__slug"):
            words[upload_id].append(name)
        uploads = Upload.everything.select_for_update(of=("self",)).among(batch).order_by("pk").values("pk", *READ)
        update_texts(Upload, "search_text", {row["pk"]: _text_of(row, words[row["pk"]]) for row in uploads})


def _text_of(row: dict[str, Any], tags: list[str]) -> str:
    return search_text_of(**{name: row[name] for name in READ}, tags=tags)
