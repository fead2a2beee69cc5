"""HDR and wide colours are shown as BT.709, in streams and on posters."""

import pytest
from PIL import Image

from tests.clips import clip
from tests.factories import make_member
from tests.hdr_clips import PATCHES, assert_true_colors, colors_of, hdr_clip, patches_of
from tests.playback import ready_video
from tests.rotation import part
from uploads.renditions.tone_map import Color
from uploads.renditions.video import draw_video

BT709 = 1
CLIPS = [("pq", (360, 640)), ("hlg", (320, 240)), ("wide", (320, 240))]


def poster_of(content, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(content)
    return draw_video(path, max_pixels=10**8).picture


# FA-D8
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("coding", "size"), part([("pq", (360, 640)), ("hlg", (320, 240)), ("wide", (320, 240))], of=2)
)
def test_streams_have_the_colours_of_the_video_and_say_bt709(organization, stores, coding, size):
    import av

    item = ready_video(make_member(organization, "Creator"), organization, hdr_clip(coding, *size))
    segment = next((stores / "media" / item.hls_key).parent.glob("*/00000.ts"))
    assert_true_colors(colors_of(segment))
    with Image.open(segment.parents[1] / "timeline-1.jpg") as sheet:
        first = sheet.crop((0, 0, *(round(side * 160 / max(size)) for side in size)))
        assert_true_colors(patches_of(first), tolerance=12)  # of a small JPEG
    with av.open(str(segment)) as container:
        frame = next(container.decode(video=0))
        assert (frame.format.name, frame.color_trc, frame.color_primaries, frame.colorspace) == (
            "yuv420p",
            *(BT709,) * 3,
        )


# FA-D8
@pytest.mark.parametrize("coding", part(["pq", "hlg"], of=2))
def test_posters_have_the_colours_of_the_video(tmp_path, coding):
    assert_true_colors(patches_of(poster_of(hdr_clip(coding), tmp_path)))


def test_what_is_brighter_than_paper_is_dimmed_and_keeps_its_hue(tmp_path):
    blue, white, _red, grey = patches_of(poster_of(hdr_clip("pq", white=1000.0), tmp_path))
    assert min(white) >= 250
    assert max(grey) - min(grey) <= 3
    assert PATCHES[3][0] < grey[0] < 250
    assert blue[2] > blue[1] > blue[0]


def test_an_ordinary_video_is_not_mapped(tmp_path):
    from media_library.transcoding.probe_process import probe_file

    path = tmp_path / "film.mp4"
    path.write_bytes(clip())
    assert not Color(**probe_file(str(path))["color"]).is_mapped
