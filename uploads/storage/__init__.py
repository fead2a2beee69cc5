"""The stores, by alias."""

from typing import cast

from django.core.files.storage import storages

from uploads.storage.contract import Store


def store(alias: str) -> Store:
    """Return the store behind `alias` of settings.STORAGES ("media" or "assets")."""
    return cast(Store, storages[alias])
