from functools import partial
from io import BytesIO
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageCms, PngImagePlugin

from tests import samples
from tests.samples import encoded, quarters
from uploads.renditions.formats import Undrawable
from uploads.renditions.srgb import display_p3
from uploads.tests.renditions.colours import UPRIGHT, corners

pillow_heif.register_heif_opener()
pytestmark = pytest.mark.filterwarnings("ignore:Corrupt EXIF", "ignore:Image appears to be a malformed MPO")
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ENTRIES_PAST_THE_END = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\xff\xff" * 20


def exif(orientation: int) -> bytes:
    data = Image.Exif()
    data[0x0112] = orientation
    return data.tobytes()


def png_text(name: str, text: str, *, international: bool = False, packed: bool = False) -> bytes:
    info = PngImagePlugin.PngInfo()
    (info.add_itxt if international else info.add_text)(name, text, zip=packed)
    return encoded(quarters(), pnginfo=info)


def with_segment(marker: int, body: bytes) -> bytes:
    whole = encoded(quarters(), "JPEG", quality=95)
    return whole[:2] + bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body + whole[2:]


def with_a_wrong_checksum() -> bytes:
    data = bytearray(png_text("XML:com.adobe.xmp", "<x:xmpmeta <", international=True))
    data[data.index(b"iTXt") + 6] ^= 0xFF
    return bytes(data)


# FA-D6
@pytest.mark.parametrize(
    ("make", "mime_type"),
    [
        pytest.param(
            lambda: png_text("Raw profile type exif", "\nexif\n 10\nnot hexadecimal\n"), "image/png", id="hex"
        ),
        pytest.param(lambda: png_text("XML:com.adobe.xmp", "<x:xmpmeta <", international=True), "image/png", id="XMP"),
        pytest.param(lambda: png_text("Comment", "x" * 17_000_000, packed=True), "image/png", id="20 MB of text"),
        pytest.param(lambda: with_a_wrong_checksum(), "image/png", id="checksum"),
        pytest.param(
            lambda: encoded(quarters(), icc_profile=SRGB + bytes(17_000_000)), "image/png", id="20 MB of profile"
        ),
        pytest.param(lambda: encoded(quarters(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff"), "image/png", id="PNG EXIF"),
        pytest.param(
            lambda: encoded(quarters(), "WEBP", exif=b"Exif\0\0junkjunk", lossless=True), "image/webp", id="WebP"
        ),
        pytest.param(
            lambda: encoded(quarters(), "AVIF", exif=ENTRIES_PAST_THE_END, quality=95), "image/avif", id="AVIF"
        ),
        pytest.param(
            lambda: encoded(quarters(), "JPEG", exif=ENTRIES_PAST_THE_END, quality=95), "image/jpeg", id="JPEG"
        ),
        pytest.param(
            lambda: encoded(quarters(), "JPEG", icc_profile=b"junk" * 99, quality=95), "image/jpeg", id="profile"
        ),
        pytest.param(lambda: with_segment(0xE2, b"ICC_PROFILE\0\1"), "image/jpeg", id="ICC segment"),
        pytest.param(lambda: with_segment(0xEE, b"Adobe"), "image/jpeg", id="Adobe segment"),
        pytest.param(lambda: with_segment(0xE0, b"JFIF\0"), "image/jpeg", id="JFIF segment"),
        pytest.param(lambda: with_segment(0xE2, b"MPF\0junk"), "image/jpeg", id="MPF segment"),
        pytest.param(lambda: encoded(quarters(), "HEIF", exif=b"Exif\0\0junk", quality=95), "image/heic", id="HEIC"),
    ],
)
def test_broken_metadata_costs_nothing_but_itself(draw_here, make, mime_type):
    drawing = draw_here(make(), mime_type)
    assert (drawing.width, drawing.height, corners(drawing.picture)) == (400, 200, UPRIGHT)


# FA-D6
def test_a_profile_of_more_than_a_mebibyte_is_applied(draw_here):
    padded = display_p3() + bytes(3_000_000)
    drawing = draw_here(encoded(Image.new("RGB", (9, 9), (234, 51, 35)), icc_profile=padded))
    assert drawing.picture.getpixel((4, 4)) == pytest.approx((255, 0, 0), abs=6)


# FA-D6
@pytest.mark.parametrize(
    ("format", "mime_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("TIFF", "image/tiff"), ("BMP", "image/bmp"), ("GIF", "image/gif")],
)
def test_an_incomplete_picture_is_drawn_as_far_as_it_goes(draw_here, format, mime_type):  # noqa: A002
    noise = Image.effect_noise((300, 300), 90)
    whole = encoded(noise, format)
    drawing = draw_here(whole[: len(whole) * 2 // 3], mime_type)
    assert drawing.picture.convert("L").crop((0, 0, 300, 120)).getextrema() > (0, 150)
    assert drawing.picture.size == (300, 300)


# FA-D6
@pytest.mark.parametrize(("format", "mime_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_the_size_in_the_header_survives_a_picture_that_cannot_be_drawn(draw_here, format, mime_type):  # noqa: A002
    whole = encoded(Image.effect_noise((300, 200), 90), format)
    start = whole.index(b"\xff\xda") + 10 if format == "JPEG" else whole.index(b"IDAT") + 4
    with pytest.raises(Undrawable) as refused:
        draw_here(whole[:start], mime_type)
    assert (refused.value.width, refused.value.height) == (300, 200)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(
    ("format", "mime_type"),
    [
        ("HEIF", "image/heic"),
        ("AVIF", "image/avif"),
        ("TIFF", "image/tiff"),
        ("PNG", "image/png"),
        ("WEBP", "image/webp"),
    ],
)
def test_every_format_stands_upright(draw_here, format, mime_type, orientation):  # noqa: A002
    stored = Image.open(BytesIO(samples.phone_jpeg(orientation))).convert("RGB")
    drawing = draw_here(encoded(stored, format, exif=exif(orientation), quality=95), mime_type)
    assert (drawing.width, drawing.height, drawing.picture.size) == (400, 200, (400, 200))
    assert corners(drawing.picture) == UPRIGHT


def in_lab(image: Image.Image) -> Image.Image:
    lab = ImageCms.profileToProfile(
        image, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab
    return lab


COLOUR = (220, 90, 40)
IN_P3 = (204, 99, 54)  # COLOUR with the numbers of Display P3


def patch(format: str, mode: str = "RGB", **options: Any) -> bytes:  # noqa: A002
    image = Image.new("RGB", (16, 16), COLOUR)
    return encoded(in_lab(image) if mode == "LAB" else image.convert(mode), format, **options)


def p3(format: str, **options: Any) -> bytes:  # noqa: A002
    return encoded(Image.new("RGB", (16, 16), IN_P3), format, icc_profile=display_p3(), **options)


@pytest.mark.parametrize(
    ("make", "mime_type"),
    [
        *(
            (partial(patch, "TIFF", compression=name), "image/tiff")
            for name in ("tiff_lzw", "jpeg", "tiff_deflate", "packbits")
        ),
        *((partial(patch, "TIFF", mode), "image/tiff") for mode in ("RGBA", "CMYK", "LAB", "YCbCr")),
        *((partial(patch, "BMP", mode), "image/bmp") for mode in ("RGB", "RGBA")),
        (partial(patch, "HEIF", quality=95), "image/heic"),
        (partial(p3, "HEIF", quality=98), "image/heic"),
        (partial(p3, "AVIF", quality=98), "image/avif"),
        (partial(p3, "JPEG", quality=98), "image/jpeg"),
        (partial(p3, "TIFF"), "image/tiff"),
    ],
    ids=lambda value: str(getattr(value, "args", value)),
)
def test_colours_are_those_of_srgb(draw_here, make, mime_type):
    picture = draw_here(make(), mime_type).picture
    assert picture.convert("RGB").getpixel((8, 8)) == pytest.approx(COLOUR, abs=6)


def sixteen_bits(levels: tuple[int, ...], photometric: int | None = None) -> bytes:
    """A TIFF of one pixel with 16 bits a channel, by hand: Pillow writes none (TIFF 6.0, sections 2 to 6)."""
    count = len(levels)
    if photometric is None:
        photometric = {1: 1, 3: 2, 4: 5}[count]
    entries = [
        (256, 4, 1, 1),
        (257, 4, 1, 1),
        (258, 3, count, 122 if count > 1 else 16),
        (259, 3, 1, 1),
        (262, 3, 1, photometric),
    ]
    entries += [(273, 4, 1, 130), (277, 3, 1, count), (278, 4, 1, 1), (279, 4, 1, 2 * count)]
    directory = b"".join(
        tag.to_bytes(2, "little")
        + kind.to_bytes(2, "little")
        + size.to_bytes(4, "little")
        + value.to_bytes(4, "little")
        for tag, kind, size, value in entries
    )
    head = b"II*\0\x08\0\0\0" + len(entries).to_bytes(2, "little") + directory + bytes(4)
    bits = b"\x10\0" * count
    return head.ljust(122, b"\0") + bits.ljust(8, b"\0") + b"".join(level.to_bytes(2, "little") for level in levels)


@pytest.mark.parametrize(
    ("levels", "photometric", "shown"),
    [
        ((220 * 257, 90 * 257, 40 * 257), None, COLOUR),
        ((0, 32896, 65535, 0), None, (255, 127, 0)),
        ((50 * 257,), None, (50, 50, 50)),
        ((50 * 257,), 0, (205, 205, 205)),  # 0 is white
    ],
)
def test_sixteen_bits_a_channel_become_eight(draw_here, levels, photometric, shown):
    picture = draw_here(sixteen_bits(levels, photometric), "image/tiff").picture
    assert picture.convert("RGB").getpixel((0, 0)) == pytest.approx(shown, abs=6)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_measured_values_are_drawn_from_the_darkest_to_the_lightest(draw_here, mode):
    image = Image.new(mode, (40, 40), 300)
    image.paste(-100, (0, 0, 20, 40))
    picture = draw_here(encoded(image, "TIFF"), "image/tiff").picture
    assert [picture.getpixel((x, 20)) for x in (5, 35)] == [0, 255]


@pytest.mark.parametrize("mode", ["1", "L"])
def test_large_scans_stay_grey_which_takes_a_quarter_of_the_memory(draw_here, mode):
    drawing = draw_here(encoded(quarters().convert(mode), "TIFF"), "image/tiff", whole=True)
    assert (drawing.picture.mode, drawing.picture.size) == ("L", (400, 200))


def test_the_numbers_of_display_p3_in_a_heic_count_like_its_profile(draw_here):
    image = Image.new("RGB", (64, 64), IN_P3)
    file = pillow_heif.from_pillow(image)
    data = BytesIO()
    file.save(data, quality=98, color_primaries=12, transfer_characteristics=13, matrix_coefficients=6)
    picture = draw_here(data.getvalue(), "image/heic").picture
    assert picture.getpixel((30, 30)) == pytest.approx(COLOUR, abs=6)


def test_the_pages_of_a_tiff_are_counted_and_the_first_one_is_drawn(draw_here):
    later = [Image.new("RGB", (30, 30), samples.BLUE)] * 2
    drawing = draw_here(encoded(quarters(), "TIFF", save_all=True, append_images=later), "image/tiff")
    assert (drawing.page_count, corners(drawing.picture)) == (3, UPRIGHT)
    assert draw_here(encoded(quarters(), "TIFF"), "image/tiff").page_count is None
