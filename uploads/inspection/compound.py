"""The streams of a compound file ([MS-CFB]), in which Word, Excel and PowerPoint kept documents before 2007.

Office also wraps a document with a password in one. Only the directory is read, a bounded number of sectors.
"""

from struct import unpack_from

from uploads.inspection.content import Content

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA  # larger sector numbers are marks, such as the end of a chain
_HEADER_DIFAT = 109  # entries of the header that name sectors of the allocation table
_MAX_SECTORS = 512  # of one directory, or of one chain, that are read
_ENTRY = 128


def stream_names(content: Content) -> set[str]:
    """Return the names of all streams and storages, in lower case; none for another file. Raises struct.error."""
    header = content.read(0, 512)
    if not header.startswith(SIGNATURE) or len(header) < 512:
        return set()
    (shift,) = unpack_from("<H", header, 30)
    if shift not in (9, 12):
        return set()
    (sector,) = unpack_from("<I", header, 48)
    names: set[str] = set()
    for _sector_number in range(_MAX_SECTORS):
        if sector >= _LAST:
            break
        names |= _names(_sector(content, sector, 1 << shift))
        sector = _next(content, header, sector, 1 << shift)
    return names


def _sector(content: Content, number: int, size: int) -> bytes:
    start = (number + 1) * size
    return content.read(start, start + size)


def _names(directory: bytes) -> set[str]:
    names = set()
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        (length,) = unpack_from("<H", directory, at + 64)
        if directory[at + 66] and 2 <= length <= 64:
            names.add(directory[at : at + length - 2].decode("utf-16-le", errors="replace").lower())
    return names


def _next(content: Content, header: bytes, sector: int, size: int) -> int:
    """Return the sector that follows in the chain, from the allocation table."""
    table = _table_sector(content, header, sector // (size // 4), size)
    entries = _sector(content, table, size)
    value: int = unpack_from("<I", entries, sector % (size // 4) * 4)[0]
    return value


def _table_sector(content: Content, header: bytes, index: int, size: int) -> int:
    """Return the place of one sector of the allocation table: the header names 109, chained sectors the others."""
    if index < _HEADER_DIFAT:
        value: int = unpack_from("<I", header, 76 + 4 * index)[0]
        return value
    per_sector = size // 4 - 1
    steps, place = divmod(index - _HEADER_DIFAT, per_sector)
    (sector,) = unpack_from("<I", header, 68)
    if steps >= _MAX_SECTORS:
        return _LAST
    for _step in range(steps):
        (sector,) = unpack_from("<I", _sector(content, sector, size), 4 * per_sector)
    (sector,) = unpack_from("<I", _sector(content, sector, size), 4 * place)
    return int(sector)
