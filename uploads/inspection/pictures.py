"""The size of a picture in pixels, read from its header; nothing is decoded."""

from struct import unpack

from uploads.inspection.content import Content

Dimensions = tuple[int, int]

# The frame headers of ITU T.81, table B.1: C0 to CF without DHT (C4), JPG (C8) and DAC (CC).
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_SEARCH = 4 * 1024 * 1024
_JPEG_SEGMENTS = 1000  # before the frame header; a colour profile in the most pieces that it may have takes 255
_JPEG_FILL = 64 * 1024  # fill bytes before one marker
_BOX_SEARCH = 64 * 1024
_ORIENTATION = 0x0112
_TIFF_TAGS = 500  # of one directory that are read


def may_be_turned(content: Content) -> bool:
    """Tell whether the picture may carry an orientation, so that only a decoder knows how it is displayed."""
    head = content.read(0, _BOX_SEARCH)
    webp_with_exif = head[12:16] == b"VP8X" and bool(head[20:21] and head[20] & 0x08)
    return webp_with_exif or any(mark in head for mark in (b"Exif\0\0", b"eXIf", b"irot", b"imir"))


def jpeg_dimensions(content: Content) -> Dimensions | None:
    """Walk the markers to the frame header; None where the first 4 MiB or 1,000 segments have none."""
    at = 2
    for _ in range(_JPEG_SEGMENTS):
        at = _jpeg_marker(content, at)
        segment = content.read(at, min(at + 9, _JPEG_SEARCH))
        if len(segment) < 9 or segment[0] != 0xFF:
            return None
        if segment[1] in _JPEG_FRAMES:
            height, width = unpack(">HH", segment[5:9])
            return width, height
        if segment[1] == 0xDA:  # the scan begins: the frame header is missing
            return None
        at += 2 + unpack(">H", segment[2:4])[0]
    return None


def _jpeg_marker(content: Content, at: int) -> int:
    """Return the start of the marker at `at`, behind any fill bytes (T.81, B.1.1.2), which are skipped in one step."""
    if content.read(at, at + 2) != b"\xff\xff":
        return at
    fill = content.read(at, at + _JPEG_FILL)
    return at + len(fill) - len(fill.lstrip(b"\xff")) - 1


def png_dimensions(content: Content) -> Dimensions | None:
    head = content.head
    if head[12:16] != b"IHDR" or len(head) < 24:
        return None
    return unpack(">II", head[16:24])


def gif_dimensions(content: Content) -> Dimensions | None:
    head = content.head
    return unpack("<HH", head[6:10]) if len(head) >= 10 else None


def webp_dimensions(content: Content) -> Dimensions | None:
    """Return the canvas of a VP8X, VP8L or VP8 chunk (RFC 9649)."""
    head = content.head[12:42]
    if len(head) < 18:
        return None
    if head[:4] == b"VP8X":
        return 1 + int.from_bytes(head[12:15], "little"), 1 + int.from_bytes(head[15:18], "little")
    if head[:4] == b"VP8L":
        bits = int.from_bytes(head[9:13], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if head[:4] == b"VP8 ":
        width, height = unpack("<HH", head[14:18])
        return width & 0x3FFF, height & 0x3FFF
    return None


def avif_dimensions(content: Content) -> Dimensions | None:
    """Return the largest spatial extent (`ispe`, ISO/IEC 23008-12) named near the front."""
    head = content.read(0, _BOX_SEARCH)
    sizes: list[Dimensions] = []
    at = head.find(b"ispe")
    while at >= 0 and at + 16 <= len(head):
        sizes.append(unpack(">II", head[at + 8 : at + 16]))
        at = head.find(b"ispe", at + 4)
    return max(sizes, key=lambda size: size[0] * size[1], default=None)


def bmp_dimensions(content: Content) -> Dimensions | None:
    """Return the size in the second header; a negative height is that of rows from the top."""
    head = content.head
    if int.from_bytes(head[14:18], "little") == 12:
        return unpack("<HH", head[18:22])
    width, height = unpack("<ii", head[18:26])
    return width, abs(height)


def tiff_dimensions(content: Content) -> Dimensions | None:
    """Return ImageWidth and ImageLength of the first directory of a TIFF (6.0, section 2) or BigTIFF."""
    head = content.head
    order = "<" if head[:2] == b"II" else ">"
    is_big = head[2:4] in (b"+\0", b"\0+")
    (start,) = unpack(f"{order}Q", head[8:16]) if is_big else unpack(f"{order}I", head[4:8])
    count_length, entry_length = (8, 20) if is_big else (2, 12)
    (count,) = unpack(order + ("Q" if is_big else "H"), content.read(start, start + count_length))
    entries = content.read(start + count_length, start + count_length + min(count, _TIFF_TAGS) * entry_length)
    found = {}
    for at in range(0, len(entries) - entry_length + 1, entry_length):
        tag, kind = unpack(f"{order}HH", entries[at : at + 4])
        place = at + (12 if is_big else 8)
        found[tag] = unpack(order + ("H" if kind == 3 else "I"), entries[place : place + (2 if kind == 3 else 4)])[0]
    if 256 not in found or 257 not in found:
        return None
    is_turned = found.get(_ORIENTATION) in (5, 6, 7, 8)  # by 90 degrees
    return (found[257], found[256]) if is_turned else (found[256], found[257])
