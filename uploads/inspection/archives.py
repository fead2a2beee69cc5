"""The entries of a zip archive, as its central directory lists them. Nothing is unpacked.

Layout and field names: PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from stat import S_ISLNK
from struct import unpack, unpack_from

from django.utils.translation import gettext as _

from uploads.errors import ContentMismatch
from uploads.inspection.content import Content
from uploads.inspection.errors import OtherFormat

MAX_ENTRIES = 50_000
EXTRA_FIELDS = 32  # of one entry that are read; writers make two or three
MAX_DIRECTORY = 8 * 1024 * 1024
MAX_UNPACKED = 4 * 1024**3
# Of the whole archive, once it unpacks to more than ten megabytes. Logs reach 800, near the limit of deflate.
MAX_RATIO = 1000
SMALL = 10 * 1024**2

_END, _END64, _LOCATOR64, _ENTRY, _LOCAL = b"PK\5\6", b"PK\6\6", b"PK\6\7", b"PK\1\2", b"PK\3\4"
_TAIL = 22 + 65535  # the end record and the longest comment it may carry


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the central directory. Sizes are bytes, as the archive claims."""

    name: str
    packed: int
    unpacked: int
    is_encrypted: bool
    is_symlink: bool


def check_archive(content: Content) -> None:
    """Refuse an archive that is damaged, encrypted, has paths out of it, or is far larger when unpacked."""
    names_of(content)


def require_archive(content: Content) -> None:
    """Raise OtherFormat for content that does not begin as an archive does."""
    if content.read(0, 4) not in (_LOCAL, _END):
        raise OtherFormat(_("This is not a zip archive."))


def is_archive_at_the_end(content: Content) -> bool:
    """Tell whether the object ends with the end record of a zip: a file that is followed by an archive."""
    tail = content.read(content.size - _TAIL, content.size)
    end = _find_end(tail)
    return end is not None and end + 22 + unpack_from("<H", tail, end + 20)[0] == len(tail)


def names_of(content: Content) -> set[str]:
    """Return the names of all entries in lower case, after the checks of `check_archive`."""
    require_archive(content)
    names, packed, unpacked = set(), 0, 0
    for entry in _entries(content):
        _check_entry(entry)
        names.add(entry.name.lower())
        packed, unpacked = packed + entry.packed, unpacked + entry.unpacked
    # Entries that overlap each other add up to more than the file: https://www.bamsoftware.com/hacks/zipbomb/
    if packed > content.size:
        raise ContentMismatch(_("The entries of the archive overlap."))
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * content.size):
        raise ContentMismatch(_("The archive is too large when it is unpacked."))
    return names


def _check_entry(entry: Entry) -> None:
    if entry.is_encrypted:
        raise ContentMismatch(_("Encrypted archives are not accepted."))
    if entry.is_symlink:
        raise ContentMismatch(_("The archive contains a symbolic link."))
    parts = entry.name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in entry.name:
        raise ContentMismatch(_("The archive contains a path that leads out of it."))


def _entries(content: Content) -> Iterator[Entry]:
    start, size, count = _directory(content)
    directory = content.read(start, start + size)
    at = 0
    for _entry_number in range(count):
        if directory[at : at + 4] != _ENTRY:
            raise ContentMismatch(_("The directory of the archive is damaged."))
        entry, at = _entry(directory, at)
        yield entry
    if at != size:
        raise ContentMismatch(_("The directory of the archive is longer than declared."))


def _entry(directory: bytes, at: int) -> tuple[Entry, int]:
    (flags,) = unpack_from("<H", directory, at + 8)
    packed, unpacked, name_length, extra_length, comment_length = unpack_from("<IIHHH", directory, at + 20)
    (attributes,) = unpack_from("<I", directory, at + 38)
    extra_at = at + 46 + name_length
    raw_name = directory[at + 46 : extra_at]
    packed, unpacked = _wide_sizes(directory[extra_at : extra_at + extra_length], packed, unpacked)
    entry = Entry(
        name=raw_name.decode("utf-8" if flags & 0x800 else "cp437"),
        packed=packed,
        unpacked=unpacked,
        is_encrypted=bool(flags & 0x2041),
        is_symlink=S_ISLNK(attributes >> 16),
    )
    return entry, extra_at + extra_length + comment_length


def _wide_sizes(extra: bytes, packed: int, unpacked: int) -> tuple[int, int]:
    """Return the sizes of a zip64 entry (APPNOTE 4.5.3), which are in the extra field if the short ones are full."""
    at = 0
    for _field_number in range(EXTRA_FIELDS):
        if at + 4 > len(extra) or 0xFFFFFFFF not in (packed, unpacked):
            break
        kind, length = unpack_from("<HH", extra, at)
        if kind == 1:
            wide = list(unpack(f"<{min(length, 16) // 8}Q", extra[at + 4 : at + 4 + min(length, 16) // 8 * 8]))
            unpacked = wide.pop(0) if unpacked == 0xFFFFFFFF else unpacked
            packed = wide.pop(0) if packed == 0xFFFFFFFF else packed
        at += 4 + length
    return packed, unpacked


def _find_end(tail: bytes) -> int | None:
    """Return the position in `tail` of the last end record whose comment fits; a line feed may follow."""
    at = tail.rfind(_END)
    while at >= 0:
        if at + 22 <= len(tail) and at + 22 + unpack_from("<H", tail, at + 20)[0] <= len(tail):
            return at
        at = tail.rfind(_END, 0, at)
    return None


def _directory(content: Content) -> tuple[int, int, int]:
    """Return the start of the central directory, its bytes and its number of entries, all within limits."""
    base = max(content.size - _TAIL, 0)
    tail = content.read(base, content.size)
    end = _find_end(tail)
    if end is None:
        raise ContentMismatch(_("The archive has no directory: it is damaged or incomplete."))
    disk, start_disk, _on_disk, count, size, start = unpack_from("<HHHHII", tail, end + 4)
    limit = base + end
    if 0xFFFF in (disk, start_disk, count) or 0xFFFFFFFF in (size, start):
        count, size, start, limit = _directory64(content, limit)
    if count > MAX_ENTRIES or size > MAX_DIRECTORY:
        raise ContentMismatch(_("The archive contains too many entries."))
    if start + size != limit:
        raise ContentMismatch(_("The directory of the archive is misplaced."))
    return start, size, count


def _directory64(content: Content, end: int) -> tuple[int, int, int, int]:
    locator = content.read(end - 20, end)
    if locator[:4] != _LOCATOR64:
        raise ContentMismatch(_("The directory of the archive is damaged."))
    at = unpack_from("<Q", locator, 8)[0]
    record = content.read(at, at + 56)
    if record[:4] != _END64:
        raise ContentMismatch(_("The directory of the archive is damaged."))
    count, size, start = unpack_from("<QQQ", record, 32)
    return count, size, start, at
