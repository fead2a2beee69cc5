"""Storage accounts: used and reserved bytes, counted against the quotas of an organization and of each user in it.

Every change is a conditional UPDATE inside the caller's transaction, first of the organization's account, then of the
user's. The first one locks, so that counters are exact under any concurrency and two callers never deadlock.
"""

from collections import Counter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from permissions.models import Organization
from uploads.choices import SessionState
from uploads.errors import QuotaExceeded
from uploads.models import StorageAccount, Upload, UploadSession
from uploads.storage.key_holders import key_holders


def reserve_bytes(*, organization_id: UUID, user_id: UUID, size: int) -> None:
    """Reserve `size` bytes for an open session. Raises QuotaExceeded; the caller's transaction then rolls back."""
    quotas = Organization.objects.values_list("storage_quota", "user_quota").get(pk=organization_id)
    for account_user, quota in zip((None, user_id), quotas, strict=True):
        _reserve(organization_id, account_user, size, quota)


def settle_bytes(*, organization_id: UUID, user_id: UUID, reserved: int, used: int, owner_id: UUID) -> None:
    """Turn the reservation of a session by `user_id` into used bytes of `owner_id`, the owner of the upload."""
    if owner_id == user_id:
        return _change(organization_id, user_id, reserved=-reserved, used=used)
    _change(organization_id, user_id, reserved=-reserved)
    return _change(organization_id, owner_id, used=used)


def release_bytes(*, organization_id: UUID, user_id: UUID, size: int) -> None:
    """Release the bytes that an open session has reserved."""
    _change(organization_id, user_id, reserved=-size)


def hold_bytes(*, organization_id: UUID, user_id: UUID, size: int) -> None:
    """Count imported bytes, without a check of the quotas, since they are stored already."""
    _change(organization_id, user_id, used=size)


def free_bytes(*, organization_id: UUID, user_id: UUID, size: int) -> None:
    """Subtract bytes whose row was deleted."""
    _change(organization_id, user_id, used=-size)


def move_bytes(*, organization_id: UUID, from_user_id: UUID, to_user_id: UUID, size: int) -> None:
    """Move bytes to another owner in the same organization."""
    _change(organization_id, from_user_id, used=-size)
    _change(organization_id, to_user_id, used=size)


def recount_storage(*, organization_id: UUID, apply: bool = False) -> list[StorageAccount]:
    """Return the organization's accounts that differ from their rows, as they should be; with `apply`, repair them.

    The organization's account is locked first, so that changes of rows add their difference afterwards.
    """
    if not apply:
        return _drifted(organization_id, StorageAccount.objects.filter(organization_id=organization_id))
    with transaction.atomic():
        _ensure_accounts(organization_id, None)
        accounts = StorageAccount.objects.select_for_update().filter(organization_id=organization_id)
        accounts.get(user=None)
        wrong = _drifted(organization_id, accounts)
        kept = [account for account in wrong if account.pk]
        StorageAccount.objects.bulk_update(kept, ["used", "reserved"], batch_size=500)
        StorageAccount.objects.bulk_create([account for account in wrong if not account.pk])
    return wrong


def _drifted(organization_id: UUID, accounts: QuerySet[StorageAccount]) -> list[StorageAccount]:
    """Return accounts that differ from their rows, with the right values; missing ones are not saved yet."""
    used, reserved = _used_bytes(organization_id), _reserved_bytes(organization_id)
    all_accounts = list(accounts.order_by("id"))
    missing = {None, *used, *reserved} - {account.user_id for account in all_accounts}
    all_accounts += [StorageAccount(organization_id=organization_id, user_id=user_id) for user_id in missing]
    return [account for account in all_accounts if _correct(account, used, reserved)]


def _reserve(organization_id: UUID, user_id: UUID | None, size: int, quota: int | None) -> None:
    account = _account(organization_id, user_id)
    fitting = account if quota is None else account.filter(used__lte=quota - size - F("reserved"))
    if fitting.update(reserved=F("reserved") + size):
        return
    _ensure_accounts(organization_id, user_id)
    if not fitting.update(reserved=F("reserved") + size):
        raise QuotaExceeded


def _change(organization_id: UUID, user_id: UUID, *, used: int = 0, reserved: int = 0) -> None:
    for account_user in (None, user_id):
        account = _account(organization_id, account_user)
        # Never below 0: a wrong counter must not block changes; `recount_storage` repairs it.
        change = {
            "used": Greatest(F("used") + used, 0),
            "reserved": Greatest(F("reserved") + reserved, 0),
        }
        if not account.update(**change):
            _ensure_accounts(organization_id, account_user)
            account.update(**change)


def _account(organization_id: UUID, user_id: UUID | None) -> QuerySet[StorageAccount]:
    return StorageAccount.objects.filter(Q(user_id=user_id), organization_id=organization_id)


def _ensure_accounts(organization_id: UUID, *user_ids: UUID | None) -> None:
    accounts = [StorageAccount(organization_id=organization_id, user_id=user_id) for user_id in dict.fromkeys(user_ids)]
    StorageAccount.objects.bulk_create(accounts, ignore_conflicts=True)


def stored_bytes(uploads: QuerySet[Upload]) -> dict[UUID, int]:
    """Return the bytes that each owner of `uploads` holds with them, earlier versions included. Two queries."""
    held: Counter[UUID] = Counter()
    for holder in key_holders():
        if holder.is_counted:
            ids = uploads.order_by().values("pk")
            rows = holder.rows.filter(**{f"{holder.upload}__in": ids}) if holder.upload else uploads
            held.update(_bytes_by_user(rows.values_list(holder.path("uploaded_by_id"))))
    return dict(held)


def _used_bytes(organization_id: UUID) -> dict[UUID, int]:
    return stored_bytes(Upload.everything.filter(organization_id=organization_id))


def _reserved_bytes(organization_id: UUID) -> dict[UUID, int]:
    rows = UploadSession.objects.filter(organization_id=organization_id, state=SessionState.OPEN)
    return _bytes_by_user(rows.values_list("user_id"))


def _correct(account: StorageAccount, used: dict[UUID, int], reserved: dict[UUID, int]) -> bool:
    """Set the account to the sums of its rows; return whether that changed anything."""
    before = account.used, account.reserved
    if account.user_id is None:
        account.used, account.reserved = sum(used.values()), sum(reserved.values())
    else:
        account.used, account.reserved = used.get(account.user_id, 0), reserved.get(account.user_id, 0)
    return before != (account.used, account.reserved)


def _bytes_by_user(rows: QuerySet[Any, Any]) -> dict[UUID, int]:
    return {user_id: int(size) for user_id, size in rows.order_by().annotate(Sum("size"))}
