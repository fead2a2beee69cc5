"""The facts that the metadata of a file may have, by name. Each of them may be missing."""

from collections.abc import Mapping
from typing import Any

Metadata = dict[str, Any]

LOCATION = "location"  # where it was taken; only for those who may edit the file


def without_location(metadata: Mapping[str, Any]) -> Metadata:
    """Return what everyone who sees the file may know of it."""
    return {name: value for name, value in metadata.items() if name != LOCATION}
