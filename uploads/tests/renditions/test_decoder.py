from io import BytesIO

import av
import pytest
from PIL import Image, ImageCms, ImageStat

from tests import samples
from uploads.kinds.formats import PICTURED_TYPES
from uploads.renditions.decoder import draw_sizes
from uploads.renditions.formats import DRAWERS, Undrawable
from uploads.tests.renditions.colours import UPRIGHT, corners


def test_every_format_with_a_picture_has_a_drawer_and_no_other_has():
    assert set(DRAWERS) == PICTURED_TYPES


def test_every_size_is_made_and_none_is_larger_than_the_original(draw):
    _, large = draw(samples.encoded(samples.quarters(2400, 1200)), "image/png")
    assert {kind: image.size for kind, image in large.items()} == {
        "lg": (1600, 800),
        "md": (800, 400),
        "sm": (320, 160),
    }
    drawn, small = draw(samples.encoded(samples.quarters(20, 10)), "image/png")
    assert {image.size for image in small.values()} == {(20, 10)}
    assert (drawn.width, drawn.height) == (20, 10)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_of_a_phone_stand_upright_and_do_not_tell_where_they_were_taken(draw, orientation):
    data = samples.phone_jpeg(orientation)
    assert Image.open(BytesIO(data)).getexif().get_ifd(0x8825)
    drawn, sizes = draw(data, "image/jpeg")
    assert (drawn.width, drawn.height) == (400, 200)
    for image in sizes.values():
        assert corners(image) == UPRIGHT
        assert not image.getexif()
        assert not {"exif", "icc_profile", "xmp"} & set(image.info)


# US-27
@pytest.mark.parametrize(
    ("mode", "format", "mime_type"),
    [
        ("CMYK", "JPEG", "image/jpeg"),
        ("L", "JPEG", "image/jpeg"),
        ("1", "PNG", "image/png"),
        ("P", "PNG", "image/png"),
        ("P", "GIF", "image/gif"),
        ("LA", "PNG", "image/png"),
        ("RGBA", "PNG", "image/png"),
        ("RGBA", "WEBP", "image/webp"),
        ("RGB", "AVIF", "image/avif"),
    ],
)
def test_every_mode_of_every_format_is_drawn(draw, mode, format, mime_type):  # noqa: A002
    drawn, sizes = draw(samples.encoded(samples.quarters().convert(mode), format), mime_type)
    assert (drawn.width, drawn.height) == (400, 200)
    assert sizes["sm"].size == (320, 160)
    if mode in {"CMYK", "P", "RGB", "RGBA"}:
        assert corners(sizes["sm"]) == UPRIGHT


# US-27
def test_sixteen_bits_keep_their_greys(draw):
    image = Image.new("I;16", (40, 40), 32768)
    _, sizes = draw(samples.encoded(image), "image/png")
    assert ImageStat.Stat(sizes["sm"].convert("L")).mean[0] == pytest.approx(128, abs=3)


def test_transparency_is_kept(draw):
    image = samples.quarters().convert("RGBA")
    image.putalpha(0)
    _, sizes = draw(samples.encoded(image), "image/png")
    assert sizes["sm"].convert("RGBA").getpixel((5, 5))[3] == 0


# US-27
@pytest.mark.parametrize(("format", "mime_type"), [("GIF", "image/gif"), ("WEBP", "image/webp")])
def test_the_first_frame_of_an_animation_is_drawn(draw, format, mime_type):  # noqa: A002
    later = [Image.new("RGB", (400, 200), samples.BLUE)] * 2
    data = samples.encoded(samples.quarters(), format, save_all=True, append_images=later, duration=50)
    _, sizes = draw(data, mime_type)
    assert corners(sizes["md"]) == UPRIGHT
    assert getattr(sizes["md"], "n_frames", 1) == 1


def test_a_colour_profile_is_applied(draw):
    grey = Image.new("RGB", (50, 50), (100, 150, 200))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (srgb, profile, b"not a profile"):
        _, sizes = draw(samples.encoded(grey, icc_profile=icc), "image/png")
        assert sizes["sm"].getpixel((20, 20)) == pytest.approx((100, 150, 200), abs=4)


# US-27
def test_broken_pictures_are_refused_with_a_reason(draw):
    whole = samples.encoded(samples.quarters(), "JPEG")
    for data in (
        whole[: whole.index(b"\xff\xda") + 20],
        b"",
        b"\xff\xd8\xff",
        b"<svg/>",
        samples.encoded(samples.quarters())[:60],
    ):
        with pytest.raises(Undrawable, match="cannot be decoded") as refused:
            draw(data, "image/jpeg")
        assert "/original" not in str(refused.value)


# US-27
def test_a_picture_of_no_extent_is_refused(draw):
    data = bytearray(samples.encoded(samples.quarters()))
    data[16:24] = bytes(8)
    with pytest.raises(Undrawable):
        draw(bytes(data), "image/png")


def test_a_pixel_flood_is_refused_from_its_header(draw, settings):
    settings.MAX_IMAGE_PIXELS = 10_000
    with pytest.raises(Undrawable, match="million pixels"):
        draw(samples.encoded(Image.new("1", (200, 200))), "image/png")


# US-25
def test_decoders_have_no_more_memory_and_time_than_they_are_given(draw):
    bomb = samples.encoded(Image.new("RGBA", (9000, 9000)), compress_level=1)
    with pytest.raises(Undrawable, match=r"memory|cannot be decoded"):
        draw(bomb, "image/png", memory=400 * 1024**2)
    slow = samples.encoded(Image.effect_noise((7000, 7000), 90).convert("RGB"), "JPEG", progressive=True, quality=95)
    with pytest.raises(Undrawable, match="SIGXCPU"):
        draw(slow, "image/jpeg", seconds=1)


def test_what_is_no_picture_is_not_opened(tmp_path):
    with pytest.raises(Undrawable, match="application/zip"):
        draw_sizes(tmp_path / "missing", "application/zip", tmp_path)


@pytest.mark.parametrize(
    ("rotation", "shown"), [(0, (320, 180)), (90, (180, 320)), (180, (320, 180)), (270, (180, 320))]
)
def test_a_poster_stands_as_the_player_shows_it(draw, tmp_path, rotation, shown):
    drawn, sizes = draw(samples.video(tmp_path / "v.mp4", rotation=rotation), "video/mp4")
    assert (drawn.width, drawn.height) == shown
    assert sizes["lg"].size == shown
    turned = {0: UPRIGHT, 90: ["blue", "red", "white", "green"], 180: UPRIGHT[::-1]}
    assert corners(sizes["lg"]) == turned.get(rotation, ["green", "white", "red", "blue"])


def test_a_poster_is_not_the_black_that_a_video_opens_with(draw, tmp_path):
    _, sizes = draw(samples.video(tmp_path / "v.mp4", black=8), "video/mp4")
    assert corners(sizes["sm"]) == UPRIGHT


def test_a_video_without_frames_is_refused(draw, tmp_path):
    data = samples.video(tmp_path / "v.mp4")
    for broken in (data[:200], b"#EXTM3U\nfile:///etc/passwd\n", samples.sound()):
        with pytest.raises(Undrawable):
            draw(broken, "video/mp4")


def assert_silent_then_loud(image: Image.Image) -> None:
    silent, loud = (image.convert("L").crop((left, 80, left + 600, 90)) for left in (100, 900))
    assert ImageStat.Stat(silent).mean[0] > ImageStat.Stat(loud).mean[0] + 50


def test_the_first_page_of_a_document_is_drawn_and_its_pages_are_counted(draw):
    drawn, sizes = draw(samples.pdf(pages=3), "application/pdf")
    assert (drawn.page_count, drawn.width) == (3, None)
    assert {kind: image.size for kind, image in sizes.items()} == {
        "lg": (800, 1600),
        "md": (400, 800),
        "sm": (160, 320),
    }
    with pytest.raises(Undrawable):
        draw(b"%PDF-1.7 nothing", "application/pdf")


def test_a_sound_is_drawn_as_its_loudness(draw):
    drawn, sizes = draw(samples.sound(seconds=4), "audio/wav")
    assert (sizes["lg"].size, drawn.width) == ((1600, 400), None)
    assert_silent_then_loud(sizes["lg"])
    with pytest.raises(Undrawable):
        draw(b"RIFF", "audio/wav")


def test_a_sound_with_tags_in_another_encoding_is_drawn_as_well(draw):
    _, sizes = draw(samples.tagged_sound({b"INAM": "Café".encode("latin-1")}), "audio/wav")
    assert_silent_then_loud(sizes["lg"])


# FA-D5
def test_a_sound_with_other_bytes_behind_it_is_drawn_as_well(draw, tmp_path):
    with av.open(str(tmp_path / "tone.mp3"), "w") as container:
        stream = container.add_stream("mp3", rate=8000, layout="mono")
        for number in range(20):
            frame = av.AudioFrame(format="s16p", layout="mono", samples=576)
            frame.planes[0].update(b"\0\x40\0\xc0" * 288)
            frame.rate, frame.pts = 8000, number * 576
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    sound = (tmp_path / "tone.mp3").read_bytes()
    for behind in (b"\0" * 4000, b"<!-- saved by a program -->" * 50):
        assert draw(sound + behind, "audio/mpeg")[1]["sm"].size == (320, 80)


def test_a_long_sound_is_sampled(draw):
    _, sizes = draw(samples.sound(seconds=700, rate=1000), "audio/wav")
    image = sizes["lg"].convert("L")
    assert (
        ImageStat.Stat(image.crop((100, 80, 700, 90))).mean[0] > ImageStat.Stat(image.crop((900, 80, 1500, 90))).mean[0]
    )
