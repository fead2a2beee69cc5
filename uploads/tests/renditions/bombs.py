"""Small files that take much memory or time where a decoder has no limits."""

import zlib
from base64 import b64encode
from io import BytesIO
from struct import pack

import pillow_heif
from PIL import Image

from tests.samples import encoded

SVG = 'xmlns="http://www.w3.org/2000/svg" width="100" height="100"'


def svg(body: str, *, before: str = "") -> bytes:
    return f"{before}<svg {SVG}>{body}</svg>".encode()


def nested_uses() -> bytes:
    """10⁹ squares by references to references."""
    groups = "".join(f'<g id="a{n}">' + f'<use href="#a{n - 1}"/>' * 10 + "</g>" for n in range(1, 10))
    return svg(f'<defs><rect id="a0" width="9" height="9"/>{groups}</defs><use href="#a9"/>')


def nested_entities() -> bytes:
    """10⁹ words by entities of entities ("billion laughs")."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return svg("<text>&a9;</text>", before=f'<!DOCTYPE svg [<!ENTITY a0 "ha">{entities}]>')


def huge_filters() -> bytes:
    shapes = '<rect width="90" height="90" filter="url(#f)"/>' * 3000
    effects = '<feGaussianBlur stdDeviation="90"/><feMorphology operator="dilate" radius="50"/>' * 20
    return svg(f'<filter id="f" x="-9" y="-9" width="99" height="99">{effects}</filter>{shapes}')


def endless_noise() -> bytes:
    noise = '<feTurbulence numOctaves="999999999" baseFrequency="0.01"/>'
    return svg(f'<filter id="f">{noise}</filter><rect width="100" height="100" filter="url(#f)"/>')


def large_embedded_picture() -> bytes:
    data = b64encode(flood_png(30_000)).decode()
    return svg(f'<image href="data:image/png;base64,{data}" width="100" height="100"/>')


def flood_png(side: int) -> bytes:
    """A grey PNG whose data ends after a few rows."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return pack(">I", len(body)) + name + body + pack(">I", zlib.crc32(name + body))

    rows = zlib.compress(bytes(1_000_000), 9)
    head = chunk(b"IHDR", pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def tiff(width: int, height: int, *, strip: bytes = b"\0", compression: int = 1, next_directory: int = 0) -> bytes:
    """A TIFF with one strip for all rows (TIFF 6.0, section 2)."""
    entries = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, compression), (262, 3, 1)]
    entries += [(273, 4, 200), (277, 3, 1), (278, 4, height), (279, 4, len(strip))]
    body = b"".join(pack("<HHII", tag, kind, 1, value) for tag, kind, value in entries)
    head = b"II*\0" + pack("<I", 8) + pack("<H", len(entries)) + body + pack("<I", next_directory)
    return head.ljust(200, b"\0") + strip


def bmp(side: int) -> bytes:
    data = bytearray(encoded(Image.new("RGB", (2, 2)), "BMP"))
    data[18:26] = pack("<ii", side, side)
    return bytes(data)


def _box(name: bytes, body: bytes, *, version: bytes = b"") -> bytes:
    return pack(">I", 8 + len(version) + len(body)) + name + version + body


def heic_of_tiles(rows: int, columns: int, *, side: int = 64) -> bytes:
    """A HEIC whose grid (ISO/IEC 23008-12, 6.6.2.3) names one tile of `side` pixels again and again."""
    file = BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", (side, side), (200, 30, 30))).save(file, quality=50)
    whole, full = file.getvalue(), b"\0\0\0\0"
    at = whole.index(b"hvcC") - 4
    decoder = whole[at : at + int.from_bytes(whole[at : at + 4], "big")]
    tile = whole[whole.index(b"mdat") + 4 :]
    grid = pack(">BBBBHH", 0, 0, rows - 1, columns - 1, columns * side, rows * side)
    sizes = [_box(b"ispe", pack(">II", *size), version=full) for size in ((side, side), (columns * side, rows * side))]
    links = pack(">I", 2) + pack(">HBBB", 2, 2, 0x81, 2) + pack(">HBB", 1, 1, 3)
    properties = _box(b"iprp", _box(b"ipco", decoder + b"".join(sizes)) + _box(b"ipma", links, version=full))
    items = [
        _box(b"infe", pack(">HH4sB", n, 0, kind, 0), version=b"\2\0\0\0") for n, kind in ((1, b"grid"), (2, b"hvc1"))
    ]
    references = pack(">HH", 1, rows * columns) + pack(">H", 2) * (rows * columns)

    def meta(start: int) -> bytes:
        places = pack(">BBH", 0x44, 0, 2) + pack(">HHHHII", 1, 1, 0, 1, 0, len(grid))
        places += pack(">HHHHII", 2, 0, 0, 1, start, len(tile))
        boxes = [
            _box(b"hdlr", bytes(4) + b"pict" + bytes(13), version=full),
            _box(b"pitm", pack(">H", 1), version=full),
            _box(b"iloc", places, version=b"\1\0\0\0"),
            _box(b"iinf", pack(">H", 2) + b"".join(items), version=full),
            _box(b"iref", _box(b"dimg", references), version=full),
            properties,
            _box(b"idat", grid),
        ]
        return _box(b"meta", b"".join(boxes), version=full)

    head = _box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + _box(b"mdat", tile)
