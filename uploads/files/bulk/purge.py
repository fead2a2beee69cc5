"""Many files out of the trash for good."""

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
    """How many files are `gone`, and how many are `kept`: in use, not in the trash, or not the caller's to purge.

    Nobody sees the `unfinished` ones any more, and the background ends them: there were more than anybody waits for,
    or the store did not answer.
    """

    gone: int
    kept: int
    unfinished: int


def bulk_purge(*, access: Access, ids: Collection[UUID]) -> PurgeOutcome:
    """Delete for good those of `ids` that are in the trash, that the caller may purge and that nothing uses.

    Not one transaction but several for each batch, because the store is spoken to between them; stopping anywhere
    loses nothing. Who may purge at all may purge every file here, so that the rule needs no lock.
    """
    asked = set(ids)
    rows = Upload.everything.trashed().allowing(access, Action.PURGE).among(asked)
    chosen = list(rows.order_by("pk").values_list("pk", flat=True))
    purge = purge_uploads if len(chosen) <= BATCH else begin_purges
    try:
        for batch in batches(chosen, BATCH):
            purge(ids=batch, by=access.user_id)
    except StoreUnavailable as error:
        logger.warning("The store does not answer; the background will finish purges: %s", error)
    unfinished = Upload.everything.exclude(purging_at=None).among(chosen).count()
    kept = len(asked) - len(chosen) + Upload.everything.trashed().among(chosen).count()
    return PurgeOutcome(gone=len(asked) - kept - unfinished, kept=kept, unfinished=unfinished)
