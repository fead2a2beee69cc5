"""Purging many files."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from common.batches import batches
from permissions.access import Access
from permissions.choices import Action
from uploads.files.purge import BATCH, begin_purges, purge_uploads
from uploads.models import Upload
from uploads.storage.contract import StoreUnavailable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PurgeOutcome:
    """The number of files that are `gone`, and `kept`: in use, not in the trash, or not allowed to the caller.

    `unfinished` ones are hidden and background jobs finish them: there were too many for one request, or the store did
    not answer.
    """

    gone: int
    kept: int
    unfinished: int


def bulk_purge(*, access: Access, ids: Collection[UUID]) -> PurgeOutcome:
    """Purge those of `ids` that are in the trash and unused, and that the caller may purge.

    Each batch takes several transactions, since the store is called between them; an interruption loses nothing. A
    caller who may purge one file of the organization may purge all of them, so the rule is checked without a lock.
    """
    wanted = set(ids)
    rows = Upload.everything.trashed().allowing(access, Action.PURGE).among(wanted)
    chosen = list(rows.order_by("pk").values_list("pk", flat=True))
    purge = purge_uploads if len(chosen) <= BATCH else begin_purges
    try:
        for batch in batches(chosen, BATCH):
            purge(ids=batch, by=access.user_id)
    except StoreUnavailable as error:
        logger.warning("The store does not answer; background jobs will finish purges: %s", error)
    unfinished = Upload.everything.exclude(purging_at=None).among(chosen).count()
    kept = len(wanted) - len(chosen) + Upload.everything.trashed().among(chosen).count()
    return PurgeOutcome(gone=len(wanted) - kept - unfinished, kept=kept, unfinished=unfinished)
