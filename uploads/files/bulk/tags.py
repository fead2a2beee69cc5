"""Adding tags to many files, and removing them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from common.db.insert_select import insert_from
from common.db.transactions import transactional
from permissions.access import Access
from permissions.choices import Action
from uploads.activity.record import record_activity
from uploads.choices import ActivityAction
from uploads.files.bulk.selection import Selection, lock_selection, organization_of
from uploads.files.edit import TAGS_OF_A_FILE, get_or_create_tags, tag_names_by_slug
from uploads.files.tag_names import tag_slug
from uploads.files.tags import update_search_text
from uploads.models import Tag, Upload, UploadTag


@dataclass(frozen=True, slots=True)
class TagsOutcome:
    """The outcome of each file, by id, in the order of the request. `too_many`: above TAGS_OF_A_FILE."""

    updated: list[UUID]
    denied: list[UUID]
    not_found: list[UUID]
    too_many: list[UUID]


@transactional
def bulk_tags(
    *, access: Access, selection: Selection, add: Sequence[str] = (), remove: Sequence[str] = ()
) -> TagsOutcome:
    """Remove the tags `remove` from the selected live files that the caller may edit, and add the tags `add`.

    Files that would not change are not written, and count as updated. A tag is made only when a file gets it. Raises
    Invalid for a name that cannot be a tag.
    """
    on, off = set(tag_names_by_slug(add)), set(map(tag_slug, remove))
    locked = lock_selection(selection, access, Action.EDIT)
    organization_id = organization_of(access)
    before = _slugs_of(locked.allowed)
    after = {pk: (before.get(pk, set()) - off) | on for pk in locked.allowed}
    too_many = [pk for pk, tags in after.items() if len(tags) > TAGS_OF_A_FILE and tags != before.get(pk)]
    for pk in too_many:
        del after[pk]
    changed = [pk for pk, tags in after.items() if tags != before.get(pk, set())]
    if changed:
        removed = list(Tag.objects.filter(organization_id=organization_id, slug__in=off))
        _write(changed, get_or_create_tags(organization_id, add), removed, access.user_id)
    return TagsOutcome(list(after), locked.denied, locked.not_found, too_many)


def _slugs_of(ids: Collection[UUID]) -> dict[UUID, set[str]]:
    slugs: dict[UUID, set[str]] = defaultdict(set)
    for upload_id, slug in _on(ids).values_list("upload_id", "tag__slug"):
        slugs[upload_id].add(slug)
    return slugs


def _write(ids: Sequence[UUID], added: Collection[Tag], removed: Collection[Tag], by: UUID | None) -> None:
    """Write the changes: one statement for each added tag, three for each thousand files, and five more."""
    rows = Upload.objects.among(ids)
    changes = {"tags": {"added": [tag.name for tag in added], "removed": [tag.name for tag in removed]}}
    record_activity(action=ActivityAction.EDIT, uploads=rows, actor_id=by, changes=changes)
    _on(ids).filter(tag__in=removed).delete()
    for tag in added:
        untagged = rows.exclude(pk__in=_on(ids).filter(tag=tag).values("upload_id"))
        insert_from(untagged, UploadTag, upload=F("pk"), tag=tag.pk)
    rows.update(updated_at=timezone.now())
    update_search_text(ids)


def _on(ids: Collection[UUID]) -> QuerySet[UploadTag]:
    return UploadTag.objects.filter(upload__pk__among=ids).order_by()
