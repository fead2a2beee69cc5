"""What a manifest or another system says of the files of an import: names, texts, owners, dates."""

from uploads.imports.catalogs.catalog import Catalog
from uploads.imports.catalogs.entries import NOTHING, Entry
from uploads.imports.catalogs.manifest import read_manifest

__all__ = ["NOTHING", "Catalog", "Entry", "read_manifest"]
