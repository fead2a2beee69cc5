"""Renaming and deleting a tag, and the searched text of the files that have it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from common.batches import batches
from common.db.recompute import BATCH, recompute, rewrite, update_texts
from uploads.files.tag_names import tag_slug
from uploads.models import Tag, Upload, UploadTag
from uploads.search import search_text_of

READ = ("filename", "original_filename", "title", "description", "metadata")


def rename_tag(*, tag: Tag, name: str) -> None:
    """Rename a tag, also in the searched text of its files. The caller has checked that the name is free."""
    with transaction.atomic():
        tag.name, tag.slug = name, tag_slug(name)
        tag.save()
        update_search_text(_files_with(tag))


def delete_tag(*, tag: Tag) -> None:
    """Delete a tag, and remove it from its files and their searched text."""
    with transaction.atomic():
        files = _files_with(tag)
        tag.delete()
        update_search_text(files)


def _files_with(tag: Tag) -> list[UUID]:
    return list(UploadTag.objects.filter(tag=tag).order_by("upload_id").values_list("upload_id", flat=True))


def update_search_text(ids: Sequence[UUID]) -> None:
    """Write the searched text of files whose tags changed. Three statements for each thousand files."""
    for batch in batches(ids, BATCH):
        uploads = Upload.everything.select_for_update(of=("self",)).among(batch).order_by("pk")
        update_texts(Upload, "search_text", _search_texts(list(uploads.values("pk", *READ)), UploadTag))


def refold_uploads(uploads: type[Model] = Upload, upload_tags: type[Model] = UploadTag) -> int:
    """Compute the searched and sorted texts of all files again; return how many differed (`common.db.recompute`)."""
    texts = rewrite(uploads, {"search_text", *READ}, lambda rows: {"search_text": _search_texts(rows, upload_tags)})
    return texts + recompute(uploads)


def _search_texts(rows: Sequence[dict[str, Any]], upload_tags: type[Model]) -> dict[UUID, str]:
    """Return the searched text of the files of `rows`, with their tags. One query."""
    names: dict[UUID, list[str]] = defaultdict(list)
    tagged = upload_tags._base_manager.filter(upload__pk__among=[row["pk"] for row in rows])
    for upload_id, name in tagged.order_by("tag__slug").values_list("upload_id", "tag__name"):
        names[upload_id].append(name)
    return {row["pk"]: search_text_of(**{name: row[name] for name in READ}, tags=names[row["pk"]]) for row in rows}
