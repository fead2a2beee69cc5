"""Pictures whose metadata are broken: the picture, its size and its colours are not touched by that."""

import struct
import zlib
from collections.abc import Callable

from tests.corpus.case import Case, picture
from tests.corpus.drawing import encoded, exif, profile
from tests.corpus.jpegs import JPEG, behind_start, jpeg, segment
from tests.corpus.pngs import PNG, chunk, with_chunks

XMP = b"http://ns.adobe.com/xap/1.0/\0"


def _exif(block: bytes) -> Callable[[], bytes]:
    return lambda: behind_start(segment(0xE1, b"Exif\0\0" + block))


def _directory(*entries: bytes, following: int = 0, count: int | None = None) -> bytes:
    head = b"MM\0*\0\0\0\x08" + struct.pack(">H", len(entries) if count is None else count)
    return head + b"".join(entries) + struct.pack(">I", following)


def _entry(tag: int, kind: int, count: int, value: int) -> bytes:
    return struct.pack(">HHII", tag, kind, count, value)


EXIF_BLOCKS = {
    "nothing in it": b"",
    "no byte order": b"XX\0*\0\0\0\x08\0\0",
    "a directory far outside": b"MM\0*\x7f\xff\xff\xff",
    "a directory that is its own successor": _directory(_entry(0x0112, 3, 1, 1 << 16), following=8),
    "more entries than bytes": _directory(_entry(0x0112, 3, 1, 1 << 16), count=40_000),
    "an unknown kind of value": _directory(_entry(0x0112, 99, 1, 1)),
    "orientation as text": _directory(_entry(0x0112, 2, 4, 0x36000000)),
    "orientation as many numbers": _directory(_entry(0x0112, 3, 1_000_000, 8)),
    "a value far outside": _directory(_entry(0x010F, 2, 4000, 0x7FFFFFFF)),
    "a fraction over zero": _directory(_entry(0x011A, 5, 1, 8)),
    "text that is no text": _directory(_entry(0x010F, 2, 4, 0xFFFEFDFC)),
    "a directory of places that loops": _directory(_entry(0x8825, 4, 1, 8)),
    "only its first half": exif(1, make="Phone maker").tobytes()[6:20],
    "zeros": b"\0" * 300,
}
PROFILES = {
    "nothing in it": b"",
    "no profile": b"not a profile at all",
    "only its first half": profile()[:200],
    "no tags": profile()[:128] + b"\0\0\0\0",
    "more tags than bytes": profile()[:128] + b"\xff\xff\xff\xff" + profile()[132:],
    "zeros": b"\0" * 600,
    "a space of seven colours": profile()[:16] + b"7CLR" + profile()[20:],
}
XMP_PACKETS = {
    "nothing in it": b"",
    "no end": b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF>',
    "not UTF-8": b"<x:xmpmeta>\xff\xfe\xfd</x:xmpmeta>",
    "entities that grow": b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x:xmpmeta>&b;</x:xmpmeta>',
    "zeros": b"\0" * 200,
}
_BOMB = zlib.compress(b"a" * 80_000_000, 9)
PNG_CHUNKS = {
    "raw EXIF that is not hexadecimal": chunk(
        b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 10\nnot hexadecimal\n")
    ),
    "raw EXIF as plain text": chunk(b"tEXt", b"Raw profile type exif\0\nexif\n 10\nnot hexadecimal\n"),
    "raw EXIF without a length": chunk(b"tEXt", b"Raw profile type exif\0\nexif\n"),
    "EXIF that is none": chunk(b"eXIf", b"not a block"),
    "EXIF with nothing in it": chunk(b"eXIf"),
    "text without a name": chunk(b"tEXt", b"\0value"),
    "text of nothing": chunk(b"tEXt"),
    "compressed text that is damaged": chunk(b"zTXt", b"Comment\0\0not compressed"),
    "compressed text that grows a thousandfold": chunk(b"zTXt", b"Comment\0\0" + _BOMB),
    "many large texts": b"".join(chunk(b"zTXt", b"T%d\0\0" % n + zlib.compress(b"b" * 900_000)) for n in range(60)),
    "international text in another encoding": chunk(b"iTXt", b"Title\0\0\0\0\0Gr\xfc\xdfe"),
    "a profile that is damaged": chunk(b"iCCP", b"p\0\0not compressed"),
    "a profile that is none": chunk(b"iCCP", b"p\0\0" + zlib.compress(b"not a profile")),
    "a profile that grows a thousandfold": chunk(b"iCCP", b"p\0\0" + _BOMB),
    "a time that does not exist": chunk(b"tIME", b"\xff" * 7),
    "a resolution of nothing": chunk(b"pHYs", b"\0" * 9),
    "a short resolution": chunk(b"pHYs", b"\0"),
    "a wrong checksum of text": chunk(b"tEXt", b"Title\0x")[:-4] + b"\0\0\0\0",
}


def _jpeg(title: str, make: Callable[[], bytes]) -> Case:
    return picture(f"JPEG, {title}", "photo.jpg", make, JPEG)


def _in_profile_segment(data: bytes) -> Callable[[], bytes]:
    return lambda: behind_start(segment(0xE2, b"ICC_PROFILE\0\x01\x01" + data))


def _with_chunk(data: bytes) -> Callable[[], bytes]:
    return lambda: with_chunks(data)


def _webp(**options: object) -> Callable[[], bytes]:
    return lambda: encoded(None, "WEBP", lossless=True, **options)


CASES = [
    *(_jpeg(f"EXIF: {title}", _exif(block)) for title, block in EXIF_BLOCKS.items()),
    *(_jpeg(f"profile: {title}", _in_profile_segment(data)) for title, data in PROFILES.items()),
    *(
        _jpeg(f"XMP: {title}", lambda data=data: behind_start(segment(0xE1, XMP + data)))
        for title, data in XMP_PACKETS.items()
    ),
    _jpeg(
        "profile: its second piece is missing",
        lambda: behind_start(segment(0xE2, b"ICC_PROFILE\0\x01\x02" + profile())),
    ),
    _jpeg(
        "IPTC: a record longer than its segment",
        lambda: behind_start(segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\xff\xff\x1c\x02\x78\x7f\xff")),
    ),
    _jpeg("EXIF segment longer than the file says", lambda: behind_start(segment(0xE1, b"Exif\0\0" + b"M" * 60_000))),
    _jpeg("resolution of nothing", lambda: jpeg(dpi=(0, 0))),
    *(picture(f"PNG, {title}", "picture.png", _with_chunk(data), PNG) for title, data in PNG_CHUNKS.items()),
    *(
        picture(f"WebP, EXIF: {title}", "picture.webp", _webp(exif=block or b"\0"), "image/webp")
        for title, block in EXIF_BLOCKS.items()
    ),
    *(
        picture(f"WebP, profile: {title}", "picture.webp", _webp(icc_profile=data or b"\0"), "image/webp")
        for title, data in PROFILES.items()
    ),
]
