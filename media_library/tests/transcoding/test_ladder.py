"""Which sizes a video is made in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_library.transcoding.ladder import LARGEST, LONGEST, ladder

SIDES = st.integers(min_value=1, max_value=8192)


@pytest.mark.parametrize(
    ("width", "height", "made"),
    [
        (1920, 1080, [(1920, 1080), (1280, 720), (854, 480), (640, 360)]),
        (3840, 2160, [(3840, 2160), (2560, 1440), (1920, 1080), (1280, 720), (854, 480), (640, 360)]),
        (1280, 720, [(1280, 720), (854, 480), (640, 360)]),
        (1080, 1920, [(1080, 1920), (720, 1280), (480, 854), (360, 640)]),
        (360, 640, [(360, 640)]),
        (1024, 576, [(1024, 576), (854, 480), (640, 360)]),
        (540, 960, [(540, 960), (360, 640)]),
        (500, 500, [(500, 500), (360, 360)]),
        (7680, 4320, [(3840, 2160), (2560, 1440), (1920, 1080), (1280, 720), (854, 480), (640, 360)]),
        (8192, 1000, [(4096, 500), (2950, 360)]),
        (321, 241, [(320, 240)]),
        (1, 1, [(2, 2)]),
    ],
    ids=[
        *("full HD", "4K", "HD", "a phone held upright", "a small phone", "PAL", "between two rungs", "square", "8K"),
        *("a panorama", "odd and small", "a dot"),
    ],
)
# FA-D7
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
    assert sorted(rungs, key=lambda rung: -min(rung.width, rung.height)) == rungs
    assert sorted((rung.peak for rung in rungs), reverse=True) == [rung.peak for rung in rungs]
    assert len({rung.name for rung in rungs}) == len(rungs)


# FA-D7
@given(SIDES, SIDES)
def test_the_first_rung_is_the_video_itself_unless_that_is_larger_than_4k(width, height):
    first = ladder(width, height, 30)[0]
    if min(width, height) <= LARGEST and max(width, height) <= LONGEST:
        assert (first.width, first.height) == (max(2, width // 2 * 2), max(2, height // 2 * 2))
    assert min(first.width, first.height) <= LARGEST
    assert max(first.width, first.height) <= LONGEST


@given(SIDES, SIDES)
def test_the_aspect_is_kept_to_the_pixel(width, height):
    for rung in ladder(width, height, 30)[1:]:
        short, long = sorted((rung.width, rung.height))
        assert abs(long - short * max(width, height) / min(width, height)) <= 2 * max(width, height) / min(
            width, height
        )


def test_smooth_and_wide_pictures_may_take_more():
    assert ladder(1920, 1080, 60)[0].peak > ladder(1920, 1080, 30)[0].peak
    assert ladder(3840, 1080, 30)[0].peak > ladder(1920, 1080, 30)[0].peak
    assert ladder(1080, 1920, 30)[0].peak == ladder(1920, 1080, 30)[0].peak
