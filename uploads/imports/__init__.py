"""Imports of existing files from a folder, or from a prefix of a store; copied, or left in place.

For each batch: inspect the files (threads), reserve their keys, copy them (threads), make the rows in one transaction;
several batches are processed at once. A crash leaves planned files, which the next run continues under the same keys.
"""

from uploads.imports.catalogs import Catalog, read_manifest
from uploads.imports.exclusions import Exclusions
from uploads.imports.folder import FolderSource
from uploads.imports.options import ImportOptions
from uploads.imports.outcomes import Outcome, Summary
from uploads.imports.run import import_files
from uploads.imports.sources import Source
from uploads.imports.stored import StoreSource
from uploads.imports.undo import undo_run
from uploads.imports.uploaders import Uploaders

__all__ = [
    "Catalog",
    "Exclusions",
    "FolderSource",
    "ImportOptions",
    "Outcome",
    "Source",
    "StoreSource",
    "Summary",
    "Uploaders",
    "import_files",
    "read_manifest",
    "undo_run",
]
