"""System checks: of the scanner, of the formats, and with `--deploy` of the stores. No network access."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as CheckWarning
from django.http.request import validate_host
from django.utils.module_loading import import_string

from uploads.kinds import ACTIVE_TYPES
from uploads.kinds.formats import FORMATS
from uploads.names import blocked_extension
from uploads.storage import store
from uploads.storage.contract import Store
from uploads.storage.disk import DiskStore
from uploads.storage.s3 import S3Store

ALIASES = ("media", "assets")
_ADDED = re.compile(r"\.?([a-z0-9]{1,10})=([a-z0-9.+-]+/[a-z0-9.+-]{1,100})")
_OTHERS = 0o007  # permissions of other accounts of the machine


@register(Tags.security)
def check_scanner(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Find a scanner that cannot be called, which would reject every file."""
    name = settings.UPLOAD_SCANNER
    try:
        is_valid = not name or callable(import_string(name))
    except ImportError:
        is_valid = False
    hint = "Set it to the dotted name of a callable, such as clamav.scan."
    return [] if is_valid else [Error(f"UPLOAD_SCANNER is not a callable: {name}.", hint=hint, id="uploads.E007")]


@register(Tags.security)
def check_formats(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Find entries of FORMATS_REFUSED and FORMATS_ADDED that say nothing, or that would accept programs."""
    names = {name for each in FORMATS.values() for name in (each.mime_type, *each.extensions)}
    unknown = [entry for entry in settings.FORMATS_REFUSED if entry.strip().lower().lstrip(".") not in names]
    messages: list[CheckMessage] = [
        Error(f"FORMATS_REFUSED names no format: {entry}.", hint="docs/configuration.md lists them.", id="uploads.E008")
        for entry in unknown
    ]
    for entry in settings.FORMATS_ADDED:
        if problem := _problem_of_added(entry, names):
            hint = "Write extension=media/type, such as psd=image/vnd.adobe.photoshop."
            messages.append(Error(f"FORMATS_ADDED {problem}: {entry}.", hint=hint, id="uploads.E009"))
    return messages


def _problem_of_added(entry: str, names: set[str]) -> str:
    match = _ADDED.fullmatch(entry.strip().lower())
    if not match:
        return "has an entry of another form"
    if blocked_extension(f"a.{match[1]}") or match[2] in ACTIVE_TYPES:
        return "would accept programs or web pages"
    return "names a format that is known already" if {match[1], match[2]} & names else ""


@register(Tags.security, deploy=True)
def check_stores(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Find stores that would expose private files, overwrite them, or lose them."""
    stores = {alias: store(alias) for alias in ALIASES}
    messages = list(_sharing(stores))
    for alias, each in stores.items():
        if isinstance(each, DiskStore):
            messages += _disk(alias, each.tree.root)
        elif isinstance(each, S3Store):
            messages += _bucket(alias, each)
    return messages


@register(Tags.security, deploy=True)
def check_hosts(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn where uploaded files are served from the host of the session cookie."""
    if any(isinstance(store(alias), DiskStore) for alias in ALIASES):
        return [_shared_host("the application's own host", "Use S3 (MEDIA_BUCKET), which is on a host of its own.")]
    hosts = {urlsplit(url).hostname or "" for url in (settings.S3_PUBLIC_ENDPOINT_URL, settings.CDN_URL) if url}
    own = sorted(host for host in hosts if validate_host(host, settings.ALLOWED_HOSTS))
    return [_shared_host(f"{host}, which is in ALLOWED_HOSTS", "Give files another host.") for host in own]


def _shared_host(place: str, hint: str) -> CheckMessage:
    message = f"Files are served from {place}: a flaw of a browser could let a file take over sessions."
    return CheckWarning(message, hint=hint, id="uploads.W002")


def _sharing(stores: dict[str, Store]) -> Iterator[CheckMessage]:
    """Find stores that share one place: assets are public, and so would be all files of the other store."""
    for (one, first), (other, second) in combinations(stores.items(), 2):
        if place_of(first) == place_of(second):
            yield Error(f"The stores {one} and {other} share one place.", hint="Give each its own.", id="uploads.E001")


def place_of(each: Store) -> tuple[str, str]:
    """Return the place of a store's objects. Two stores in one place have the same objects."""
    if isinstance(each, DiskStore):
        return "disk", str(each.tree.root.resolve())
    assert isinstance(each, S3Store)
    return str(each.endpoint_url), each.bucket_name


def _disk(alias: str, root: Path) -> Iterator[CheckMessage]:
    for served in filter(None, [settings.STATIC_ROOT, *settings.STATICFILES_DIRS]):
        if _overlap(root.resolve(), Path(served).resolve()):
            yield Error(
                f"The files of {alias} are in a folder of static files, which anyone may read.",
                hint="Move DATA_DIR or STATIC_ROOT.",
                id="uploads.E002",
            )
    if root.is_dir() and root.stat().st_mode & _OTHERS:
        yield Error(
            f"Every account of this machine can read the files of {alias}.",
            hint="chmod o-rwx on its folder.",
            id="uploads.E003",
        )


def _overlap(one: Path, other: Path) -> bool:
    return one == other or one in other.parents or other in one.parents


def _bucket(alias: str, bucket: S3Store) -> Iterator[CheckMessage]:
    if bucket.file_overwrite:
        yield Error(f"The store {alias} would overwrite files of the same name.", id="uploads.E005")
    if "public" in (bucket.default_acl or ""):
        yield Error(f"New files of {alias} would be public.", hint="Remove default_acl.", id="uploads.E006")
    if alias == "assets" and not settings.CDN_URL:
        yield CheckWarning(
            "CDN_URL is not set, so browsers fetch library files from the assets bucket itself.",
            hint="Make the bucket publicly readable, or set CDN_URL to the host that serves it.",
            id="uploads.W001",
        )
