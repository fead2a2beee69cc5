"""PNG: every colour type and depth, interlaced or not, and the chunks that programs add."""

import struct
import zlib
from collections.abc import Iterable

from PIL import Image

from tests.corpus.case import CORNERS, QUARTERS, SIZE, UPPER_HALF, Accepted, Case, Points, picture
from tests.corpus.drawing import DISPLAY_P3, encoded, in_profile, profile, quarters

PNG = "image/png"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
_CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGBA: 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_chunks(*chunks: bytes, data: bytes = b"", before: bytes = b"IDAT") -> bytes:
    """A PNG with chunks put before one of its own."""
    data = data or encoded()
    at = data.index(before) - 4
    return data[:at] + b"".join(chunks) + data[at:]


def png(colour: int, depth: int, *chunks: bytes, interlaced: bool = False) -> bytes:
    """`quarters` in a colour type and depth; a palette has its four colours."""
    width, height = SIZE
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(
        b"\0" + _row([_pixel(x, y, colour, depth) for x in range(left, width, across)], depth)
        for left, top, across, down in passes
        for y in range(top, height, down)
    )
    return b"".join((SIGNATURE, chunk(b"IHDR", head), *chunks, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND")))


def _pixel(x: int, y: int, colour: int, depth: int) -> tuple[int, ...]:
    corner = (x >= SIZE[0] // 2) + 2 * (y >= SIZE[1] // 2)
    if colour == PALETTE:
        return (min(corner, 2**depth - 1),)
    red, green, blue = QUARTERS[CORNERS[corner]]
    most = 2**depth - 1
    wide = [round(value * most / 255) for value in (red, green, blue)]
    return {GRAY: (wide[1],), GRAY_ALPHA: (wide[1], most), RGB: (*wide,), RGBA: (*wide, most)}[colour]


def _row(pixels: Iterable[tuple[int, ...]], depth: int) -> bytes:
    values = [value for pixel in pixels for value in pixel]
    if depth == 16:
        return struct.pack(f">{len(values)}H", *values)
    bits = "".join(format(value, f"0{depth}b") for value in values)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def points(colour: int, depth: int) -> Points:
    """The colours that such a picture shows."""
    most, shown = 2**depth - 1, {}
    for number, place in enumerate(CORNERS):
        red, green, blue = QUARTERS[place]
        if colour in (GRAY, GRAY_ALPHA):
            red = green = blue = round(round(green * most / 255) * 255 / most)
        if colour == PALETTE:
            red, green, blue = QUARTERS[CORNERS[min(number, most)]]
        shown[place] = (red, green, blue)
    return shown


COLOURS = chunk(b"PLTE", bytes(value for place in CORNERS for value in QUARTERS[place]))
_NAMES = {GRAY: "gray", RGB: "RGB", PALETTE: "palette", GRAY_ALPHA: "gray with opacity", RGBA: "RGB with opacity"}
_DEPTHS = {GRAY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GRAY_ALPHA: (8, 16), RGBA: (8, 16)}


def _plain(colour: int, depth: int, interlaced: bool) -> Case:
    chunks = (COLOURS,) if colour == PALETTE else ()
    title = f"{_NAMES[colour]}, {depth} bits{', interlaced' if interlaced else ''}"
    return _png(
        title, lambda: png(colour, depth, *chunks, interlaced=interlaced), points=points(colour, depth), within=8
    )


def _png(title: str, make: object, **facts: object) -> Case:
    return picture(title, "picture.png", make, PNG, **facts)


def _first_transparent() -> Points:
    return {**QUARTERS, CORNERS[0]: (0, 0, 0, 0), CORNERS[1]: (*QUARTERS[CORNERS[1]], 255)}


def _see_through() -> bytes:
    image = quarters().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, SIZE[0] // 2, SIZE[1] // 2))
    return encoded(image)


def _animated() -> bytes:
    return encoded(quarters(), "PNG", save_all=True, append_images=[Image.new("RGB", SIZE, "black")])


def _profiled(data: bytes) -> bytes:
    return encoded(in_profile(data), icc_profile=data)


_LARGE_PROFILE = profile() + b"\0" * 1_500_000  # what follows the tags is ignored
_RED_KEY = struct.pack(">HHH", *QUARTERS[CORNERS[0]])

CASES = [
    *(
        _plain(colour, depth, interlaced)
        for colour, depths in _DEPTHS.items()
        for depth in depths
        for interlaced in (False, True)
        if not interlaced or depth in (depths[0], depths[-1])
    ),
    _png("transparent quarter", _see_through, points=_first_transparent()),
    _png("one colour is transparent", lambda: png(RGB, 8, chunk(b"tRNS", _RED_KEY)), points=_first_transparent()),
    _png(
        "palette with a transparent colour",
        lambda: png(PALETTE, 8, COLOURS, chunk(b"tRNS", b"\0")),
        points=_first_transparent(),
    ),
    _png("Display P3", lambda: _profiled(profile(DISPLAY_P3))),
    _png("sRGB chunk", lambda: with_chunks(chunk(b"sRGB", b"\0"))),
    _png("gamma chunk", lambda: with_chunks(chunk(b"gAMA", struct.pack(">I", 45455)))),
    _png("resolution chunk", lambda: with_chunks(chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)))),
    _png("moving", _animated),
    _png("many small pieces", lambda: _in_pieces(encoded(), 7)),
    _png("unknown chunk", lambda: with_chunks(chunk(b"maKe", b"own"))),
    _png("text behind the picture", lambda: with_chunks(chunk(b"tEXt", b"Title\0x"), before=b"IEND")),
    _png("text in UTF-8", lambda: with_chunks(chunk(b"iTXt", b"Title\0\0\0de\0Titel\0" + "Grüße".encode()))),
    _png("text with markup", lambda: with_chunks(chunk(b"tEXt", b"Comment\0a <b> c"), before=b"IEND")),
    _png("bytes behind the end", lambda: encoded() + b"\0" * 100),
    _png("no end chunk", lambda: encoded()[:-12]),
    _png(
        "large colour profile",
        lambda: with_chunks(
            chunk(b"iCCP", b"p\0\0" + zlib.compress(_LARGE_PROFILE)), data=encoded(in_profile(profile()))
        ),
        within=40,
    ),
    _png("cut in its middle", lambda: _cut(), points=UPPER_HALF),
    Case(
        title="only a header",
        name="picture.png",
        make=lambda: encoded()[:33],
        out=Accepted(mime_type=PNG, size=SIZE, drawn=False),
    ),
    Case(
        title="Apple's own order of channels",
        name="icon.png",
        make=lambda: SIGNATURE + chunk(b"CgBI", b"\x50\0\x20\x02") + encoded()[8:],
        out=Accepted(mime_type=PNG),
    ),
]


def _in_pieces(data: bytes, size: int) -> bytes:
    start = data.index(b"IDAT") - 4
    length = struct.unpack(">I", data[start : start + 4])[0]
    body = data[start + 8 : start + 8 + length]
    pieces = (chunk(b"IDAT", body[at : at + size]) for at in range(0, length, size))
    return data[:start] + b"".join(pieces) + data[start + 12 + length :]


def _cut() -> bytes:
    noise = Image.effect_noise(SIZE, 100).convert("RGB").resize(SIZE)
    image = quarters()
    image.paste(noise.crop((0, 32, 64, 48)), (0, 32))
    data = encoded(image)
    return data[: len(data) * 8 // 10]
