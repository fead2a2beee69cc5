"""HEIC and HEIF, put together box by box (ISO/IEC 23008-12): one HEVC frame, its turns, tiles and brands."""

import struct
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.clips import ffmpeg
from tests.corpus import drawing
from tests.corpus.case import SIZE, Accepted, Case, Refused, picture
from tests.corpus.drawing import DISPLAY_P3, encoded, exif, in_profile, profile, quarters

HEIC = "image/heic"
# Orientation → how often to turn by 90 degrees against the clock, and the axis of the mirror before it (1: upright).
_TURNS = {1: (0, None), 2: (0, 1), 3: (2, None), 4: (0, 0), 5: (3, 0), 6: (3, None), 7: (3, 1), 8: (1, None)}


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I", len(body) + 8) + name + body


def full_box(name: bytes, *bodies: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(name, struct.pack(">I", version << 24 | flags), *bodies)


@cache
def _frame(picture_bytes: bytes) -> tuple[bytes, bytes]:
    """The decoder configuration and the one sample of a PNG encoded as HEVC."""
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.png", Path(folder) / "a.mp4"
        source.write_bytes(picture_bytes)
        options = ("-c:v", "libx265", "-x265-params", "log-level=none:crf=6:range=full", "-pix_fmt", "yuvj420p")
        colours = (
            "-color_range",
            "pc",
            "-colorspace",
            "smpte170m",
            "-color_primaries",
            "bt709",
            "-color_trc",
            "iec61966-2-1",
        )
        ffmpeg("-i", str(source), *options, *colours, "-tag:v", "hvc1", "-frames:v", "1", str(target))
        data = target.read_bytes()
    at = data.index(b"hvcC") - 4
    configuration = data[at : at + struct.unpack(">I", data[at : at + 4])[0]]
    at = data.index(b"mdat") - 4
    return configuration, data[at + 8 : at + struct.unpack(">I", data[at : at + 4])[0]]


def heif(
    *items: tuple[bytes, bytes, tuple[bytes, ...]],
    major: bytes = b"heic",
    brands: tuple[bytes, ...] = (b"mif1", b"heic"),
    references: bytes = b"",
) -> bytes:
    """A file of items (type, data, properties); the first one is the picture that is shown."""
    entries = b"".join(
        full_box(
            b"infe", struct.pack(">HH", number, 0), name, b"\0", version=2, flags=int(name in (b"hvc1",) and number > 1)
        )
        for number, (name, _, _) in enumerate(items, start=1)
    )
    properties = [each for _, _, wanted in items for each in wanted]
    associations, at = b"", 1
    for number, (_, _, wanted) in enumerate(items, start=1):
        places = bytes(
            (0x80 if name_of(each) in (b"hvcC", b"irot", b"imir") else 0) | at + step
            for step, each in enumerate(wanted)
        )
        associations += struct.pack(">HB", number, len(wanted)) + places
        at += len(wanted)
    head = box(b"ftyp", major, b"\0\0\0\0", *brands)

    def meta(start: int) -> bytes:
        places = b""
        for number, (_, data, _) in enumerate(items, start=1):
            places += struct.pack(">HHHII", number, 0, 1, start, len(data))
            start += len(data)
        return full_box(
            b"meta",
            full_box(b"hdlr", b"\0\0\0\0pict", b"\0" * 13),
            full_box(b"pitm", struct.pack(">H", 1)),
            full_box(b"iloc", b"\x44\0", struct.pack(">H", len(items)), places),
            full_box(b"iinf", struct.pack(">H", len(items)), entries),
            references,
            box(
                b"iprp",
                box(b"ipco", *properties),
                full_box(b"ipma", struct.pack(">I", len(items)), associations),
            ),
        )

    start = len(head) + len(meta(0)) + 8
    return head + meta(start) + box(b"mdat", *(data for _, data, _ in items))


def name_of(any_box: bytes) -> bytes:
    return any_box[4:8]


def extent(width: int, height: int) -> bytes:
    return full_box(b"ispe", struct.pack(">II", width, height))


def still(
    image: Image.Image | None = None, *properties: bytes, name: bytes = b"hvc1"
) -> tuple[bytes, bytes, tuple[bytes, ...]]:
    """An item of one picture."""
    image = image or quarters()
    configuration, sample = _frame(encoded(image))
    return name, sample, (configuration, extent(*image.size), *properties)


def turned(number: int) -> bytes:
    """`quarters`, stored so that the boxes `irot` and `imir` turn it upright."""
    quarter_turns, axis = _TURNS[number]
    boxes = (() if axis is None else (box(b"imir", bytes((axis,))),)) + (
        (box(b"irot", bytes((quarter_turns,))),) if quarter_turns else ()
    )
    return heif(still(drawing.turned(number), *boxes))


def turned_twice(number: int) -> bytes:
    """As phones write it: turned by `irot`, and the same in EXIF, which is not to be followed."""
    block = b"\0\0\0\0" + exif(number, make="Phone").tobytes()[6:]
    shown = still(drawing.turned(number), box(b"irot", bytes((_TURNS[number][0],))))
    about = full_box(b"iref", box(b"cdsc", struct.pack(">HHH", 2, 1, 1)))
    return heif(shown, (b"Exif", block, ()), references=about)


def _tiles() -> bytes:
    """Four tiles that make one picture, as phones store theirs."""
    large = quarters().resize((128, 128), Image.Resampling.NEAREST)
    parts = [still(large.crop((x, y, x + 64, y + 64))) for y in (0, 64) for x in (0, 64)]
    grid = (b"grid", bytes((0, 0, 1, 1)) + struct.pack(">HH", 128, 128), (extent(128, 128),))
    made_of = full_box(b"iref", box(b"dimg", struct.pack(">HHHHHH", 1, 4, 2, 3, 4, 5)))
    return heif(grid, *parts, references=made_of)


def _p3() -> bytes:
    data = profile(DISPLAY_P3)
    return heif(still(in_profile(data), box(b"colr", b"prof", data)))


def _heic(title: str, make: object, name: str = "IMG_0001.HEIC", **facts: object) -> Case:
    return picture(title, name, make, HEIC, **{"within": 8, **facts})


CASES = [
    _heic("one picture", lambda: heif(still())),
    _heic("tiles", _tiles, size=(128, 128)),
    _heic("Display P3", _p3, within=14),
    _heic("brand heix", lambda: heif(still(), major=b"heix", brands=(b"mif1", b"heix"))),
    _heic("brand heim", lambda: heif(still(), major=b"heic", brands=(b"mif1", b"heim", b"heic"))),
    _heic("brand mif1, heic compatible", lambda: heif(still(), major=b"mif1")),
    _heic("many brands", lambda: heif(still(), brands=(b"mif1", b"MiHE", b"MiPr", b"miaf", b"MiHB", b"heic"))),
    _heic("called HEIF", lambda: heif(still()), "IMG_0001.heif"),
    _heic("called JPG by a messenger", lambda: heif(still()), "IMG_0001.jpg"),
    _heic(
        "odd size",
        lambda: heif(still(Image.new("RGB", (70, 50), (9, 9, 9)))),
        size=(70, 50),
        points={(0.5, 0.5): (9, 9, 9)},
    ),
    _heic("bytes behind the end", lambda: heif(still()) + box(b"free", b"\0" * 64)),
    Case(
        title="cut within its pixels",
        name="IMG_0001.HEIC",
        make=lambda: heif(still())[:-20],
        out=Accepted(mime_type=HEIC, size=SIZE),
    ),
    Case(
        title="only the first box",
        name="IMG_0001.HEIC",
        make=lambda: box(b"ftyp", b"heic\0\0\0\0mif1heic"),
        out=Accepted(mime_type=HEIC),
    ),
    Case(
        title="a film called HEIC",
        name="IMG_0001.HEIC",
        make=lambda: box(b"ftyp", b"isom\0\0\0\0isomavc1") + box(b"free", b"\0" * 64),
        out=Refused(code="content_mismatch", sentence=".", imported="video/mp4"),
    ),
]
