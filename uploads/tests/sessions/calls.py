"""What a refused session leaves: nothing."""

from uploads.models import StorageAccount, Upload
from uploads.storage import store

REFUSED = (400, 403)  # by the disk store, which says why, or by S3, whose signature no longer fits


def assert_nothing_is_left(organization):
    """No row, no byte, no reservation."""
    assert Upload.everything.count() == 0
    assert [stored.key for stored in store("media").walk()] == []
    accounts = StorageAccount.objects.filter(organization=organization)
    assert {(account.used, account.reserved) for account in accounts} <= {(0, 0)}
