"""The arguments of `import_uploads`, and the sources and catalogs that they name."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.management.base import CommandParser

from common.commands.operator import UsageError
from uploads.imports import Catalog, Exclusions, FolderSource, Source, StoreSource, read_manifest
from uploads.imports.catalogs.filer import FilerCatalog, filer_database
from uploads.imports.catalogs.wordpress import WordPressCatalog
from uploads.imports.exclusions import SYSTEM_FILES
from uploads.imports.sources import name_forms
from uploads.storage import store

STORES = ("media", "assets")
WORDPRESS, FILER = "wordpress", "django-filer"


def add_import_arguments(parser: CommandParser) -> None:
    """Add all arguments of the command."""
    _add_sources(parser)
    _add_facts(parser)
    parser.add_argument("--organization", metavar="SLUG", help="Organization that gets the files.")
    parser.add_argument("--dry-run", action="store_true", help="Only report what would be imported.")
    parser.add_argument("--limit", type=int, help="Import at most this many new files.")
    parser.add_argument("--threads", type=int, default=4, help="Files read and written at once (%(default)s).")
    parser.add_argument("--report", type=Path, help="Write one JSON line for each file to this file.")
    parser.add_argument("--undo", metavar="RUN", help="Remove the files that this run imported.")


def _add_sources(parser: CommandParser) -> None:
    parser.add_argument("folder", nargs="?", type=Path, help="Folder with the files. Links are not followed.")
    parser.add_argument("--from-storage", choices=STORES, help="Read from this store instead of a folder.")
    parser.add_argument(
        "--prefix", default="", help="Only objects of the store with this prefix, which ends with a slash."
    )
    parser.add_argument(
        "--in-place", action="store_true", help="Use the objects of the store at their keys, without copying them."
    )
    parser.add_argument(
        "--exclude",
        action="append",
        default=[],
        metavar="PATTERN",
        help="Leave out files and folders of this name ('*.tmp') or at this path ('cache/*'); repeatable.",
    )
    parser.add_argument(
        "--with-system-files", action="store_true", help="Also import .DS_Store, Thumbs.db, desktop.ini and the like."
    )


def _add_facts(parser: CommandParser) -> None:
    parser.add_argument(
        "--uploader-from-path",
        metavar="PATTERN",
        default="",
        help="Pattern of paths with the owner, such as users/{username}/.",
    )
    parser.add_argument(
        "--manifest",
        type=Path,
        help="CSV with the column path and any of the columns in docs/importing.md.",
    )
    parser.add_argument(
        "--keep-dates",
        action="store_true",
        help="Files without a date in the manifest are as old as their modification time says.",
    )
    parser.add_argument(
        "--from",
        dest="system",
        choices=(WORDPRESS, FILER),
        help="The files are those of this system, which also says what they are called, whose they are and how old.",
    )
    parser.add_argument(
        "--export", type=Path, action="append", default=[], help="Export file of WordPress (WXR); repeatable."
    )
    parser.add_argument(
        "--database",
        metavar="URL",
        help="Database with the tables of django-filer, postgres:// or sqlite:///; else this installation's.",
    )


def catalogs_of(
    source: Source,
    *,
    manifest: Path | None,
    system: str | None,
    export: Sequence[Path],
    database: str | None,
    **options: Any,
) -> tuple[list[Catalog], list[str]]:
    """Return the catalogs that the arguments name, and the columns of the manifest that are not used.

    The manifest goes before the other system. Raises UsageError, and Invalid for files that cannot be read.
    """
    if (system == WORDPRESS) != bool(export):
        raise UsageError("--from wordpress and its export files, --export FILE, go together.")
    if database is not None and system != FILER:
        raise UsageError("--database needs --from django-filer.")
    catalog, ignored = read_manifest(manifest) if manifest else (None, [])
    catalogs = [catalog] if catalog else []
    if system == WORDPRESS:
        catalogs.append(WordPressCatalog(export, source))
    elif system == FILER:
        with filer_database(database) as connection:
            catalogs.append(FilerCatalog(connection))
    return catalogs, ignored


def source_of(
    *,
    folder: Path | None,
    from_storage: str | None,
    prefix: str,
    in_place: bool,
    exclude: Sequence[str],
    with_system_files: bool,
    **options: Any,
) -> Source:
    """Return the source that the arguments name. Raises UsageError."""
    if (folder is None) == (from_storage is None):
        raise UsageError("Name a folder, or a store with --from-storage.")
    exclusions = Exclusions(exclude, system_files=() if with_system_files else SYSTEM_FILES)
    if from_storage:
        if prefix and not prefix.endswith("/"):
            raise UsageError("A prefix must end with a slash.")
        return StoreSource(from_storage, _existing_prefix(from_storage, prefix), exclusions)
    if in_place or prefix:
        raise UsageError("--in-place and --prefix need --from-storage.")
    assert folder
    return FolderSource(_existing(folder), exclusions)


def _existing(folder: Path) -> Path:
    """Return `folder`, its name composed or decomposed as the disk has it. Raises UsageError."""
    found = next((Path(form) for form in name_forms(str(folder)) if Path(form).is_dir()), None)
    if found is None:
        raise UsageError(f"The folder {str(folder)!r} does not exist.")
    if any(found.resolve().is_relative_to(root) for root in _store_roots()):
        raise UsageError("This folder belongs to a store: use --from-storage and --prefix.")
    return found


def _existing_prefix(alias: str, prefix: str) -> str:
    """Return `prefix`, composed or decomposed as the keys of the store have it."""
    forms = name_forms(prefix)
    return next((form for form in forms if len(forms) > 1 and any(True for _ in store(alias).walk(form))), prefix)


def _store_roots() -> Iterator[Path]:
    for alias in STORES:
        options: dict[str, Any] = cast(dict[str, Any], settings.STORAGES[alias]).get("OPTIONS", {})
        location = options.get("location")
        if location:
            yield Path(location).resolve()
