"""Which sizes a video is made in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_library.transcoding.ladder import PEAKS, ladder

SIDES = st.integers(min_value=1, max_value=8192)


@pytest.mark.parametrize(
    ("width", "height", "made"),
    [
        (1920, 1080, [(1920, 1080), (1280, 720), (854, 480), (640, 360)]),
        (3840, 2160, [(1920, 1080), (1280, 720), (854, 480), (640, 360)]),
        (1280, 720, [(1280, 720), (854, 480), (640, 360)]),
        (1080, 1920, [(608, 1080), (406, 720), (270, 480), (202, 360)]),
        (321, 241, [(320, 240)]),
        (1, 1, [(2, 2)]),
    ],
    ids=["full HD", "4K", "HD", "a phone held upright", "odd and small", "a dot"],
)
def test_the_ladder_of(width, height, made):
    assert [(rung.width, rung.height) for rung in ladder(width, height, 30)] == made


@given(SIDES, SIDES, st.floats(min_value=0, max_value=1000))
def test_no_rung_is_larger_than_the_video_and_all_are_even(width, height, fps):
    rungs = ladder(width, height, fps)
    for rung in rungs:
        assert rung.width % 2 == rung.height % 2 == 0
        assert rung.width <= max(width, 2)
        assert rung.height <= max(height, 2)
        assert rung.peak > 0
    assert sorted((rung.height for rung in rungs), reverse=True) == [rung.height for rung in rungs]
    assert len(rungs) == 1 or {rung.height for rung in rungs} <= PEAKS.keys()


@given(SIDES, SIDES)
def test_the_aspect_is_kept_to_the_pixel(width, height):
    for rung in ladder(width, height, 30):
        if rung.height in PEAKS:
            assert abs(rung.width - width * rung.height / height) <= 2


def test_smooth_and_wide_pictures_may_take_more():
    assert ladder(1920, 1080, 60)[0].peak > ladder(1920, 1080, 30)[0].peak
    assert ladder(3840, 1080, 30)[0].peak > ladder(1920, 1080, 30)[0].peak
