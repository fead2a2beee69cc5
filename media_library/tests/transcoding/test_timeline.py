"""The small pictures of a video for the seek bar."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_library.transcoding.ladder import Rung
from media_library.transcoding.timeline import INDEX, PICTURES, timeline_of, write_index
from tests.clips import clip
from tests.factories import client_for, make_member
from tests.playback import get, playback, ready_video
from uploads.models import Upload

CUE = re.compile(r"([\d:.]+) --> ([\d:.]+)\n(timeline-\d+\.jpg)#xywh=(\d+),(\d+),(\d+),(\d+)\n")
RUNG = Rung(640, 360, 800_000)


@pytest.mark.django_db
def test_a_timeline_has_the_pictures_that_its_cues_name(organization, stores):
    owner = make_member(organization, "Creator")
    red_then_blue = "drawbox=t=fill:color=red:enable='lt(t,2)',drawbox=t=fill:color=blue:enable='gte(t,2)'"
    item = ready_video(owner, organization, clip(seconds=4.2, sound=False, options=("-vf", red_then_blue)))
    url = playback(owner, item)["timeline_url"]
    index = get(url)
    assert (index.status_code, index["Content-Type"]) == (200, "text/vtt")
    cues = CUE.findall(index.body.decode())
    assert [cue[:2] for cue in cues] == [
        ("00:00:00.000", "00:00:02.000"),
        ("00:00:02.000", "00:00:04.000"),
        ("00:00:04.000", "00:00:04.200"),
    ]
    sheet = Image.open((stores / "media" / item.hls_key).parent / "timeline-1.jpg")
    seen = [sheet.getpixel((int(x) + int(w) // 2, int(y) + int(h) // 2)) for *_, x, y, w, h in cues]
    assert [max(range(3), key=lambda n: color[n]) for color in seen] == [0, 2, 2]  # red, blue, blue
    assert min(max(color) for color in seen) > 200


@pytest.mark.django_db
def test_pictures_are_served_by_the_right_to_play_the_video(organization):
    owner = make_member(organization, "Creator")
    item = ready_video(owner, organization, clip(seconds=1))
    urls = playback(owner, item)
    sheet = urls["timeline_url"].replace(INDEX, "timeline-1.jpg")
    assert (get(sheet).status_code, get(sheet)["Content-Type"]) == (200, "image/jpeg")
    other = make_member(organization, "Member")
    assert client_for(other).get(f"/api/v1/media-items/{item.pk}/playback/").status_code == 403
    Upload.objects.filter(pk=item.pk).update(uploaded_by=other)
    assert get(sheet).status_code == get(urls["timeline_url"]).status_code == 403


@given(st.floats(min_value=0.01, max_value=7 * 24 * 3600))
def test_any_video_has_at_least_one_picture_and_a_bounded_number(tmp_path_factory, duration):
    folder = tmp_path_factory.mktemp("timeline")
    timeline = timeline_of(duration, RUNG)
    for number in range(PICTURES // 100 + 1):
        (folder / f"timeline-{number + 1}.jpg").touch()
    assert write_index(folder, timeline, duration)
    cues = CUE.findall((folder / INDEX).read_text())
    assert 1 <= len(cues) <= PICTURES
    assert {cue[2] for cue in cues} <= {f"timeline-{number + 1}.jpg" for number in range(PICTURES // 100 + 1)}


@pytest.mark.parametrize(
    ("size", "picture"), [((640, 360), (160, 90)), ((360, 640), (90, 160)), ((16, 16), (16, 16)), ((2, 4096), (2, 160))]
)
def test_a_picture_keeps_the_shape_of_the_video(size, picture):
    timeline = timeline_of(10, Rung(*size, 1))
    assert (timeline.width, timeline.height) == picture
