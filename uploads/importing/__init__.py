"""Bringing existing files in: from a folder, or from a prefix of a store, copied or left where they are.

For each batch: look at the files (threads), write down which keys they will have, copy (threads), make the rows in one
transaction; several batches are under way at once. A crash anywhere leaves planned files, which the next run takes up
under the same keys.
"""

from uploads.importing.outcomes import Outcome, Summary
from uploads.importing.running import Import, import_files
from uploads.importing.sources import FolderSource, Source, StoreSource
from uploads.importing.undoing import undo_run
from uploads.importing.uploaders import Uploaders, read_manifest

__all__ = [
    "FolderSource",
    "Import",
    "Outcome",
    "Source",
    "StoreSource",
    "Summary",
    "Uploaders",
    "import_files",
    "read_manifest",
    "undo_run",
]
