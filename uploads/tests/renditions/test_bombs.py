"""Each decoder of pictures has limits that the kernel keeps: 512 MB and 10 s of processor time for the newer types."""

import pytest

from uploads.renditions.decoder import TIGHT, limits_of
from uploads.renditions.formats import Undrawable
from uploads.tests.renditions import bombs


@pytest.mark.parametrize(
    "mime_type",
    [
        *("image/bmp", "image/heic", "image/heif", "image/svg+xml", "image/tiff"),
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ],
)
def test_a_decoder_of_a_newer_type_gets_at_most_512_megabytes_and_10_seconds(mime_type):
    assert limits_of(mime_type) == TIGHT
    assert (TIGHT.memory, TIGHT.seconds) == (512 * 1024**2, 10)


# One second instead of ten, so that the tests take less time; the memory is that of the table.
@pytest.mark.parametrize(
    ("make", "mime_type", "reason"),
    [
        (bombs.nested_uses, "image/svg+xml", "nodes limit"),
        (bombs.nested_entities, "image/svg+xml", "amplification"),
        (bombs.huge_filters, "image/svg+xml", "stopped"),
        (bombs.large_embedded_picture, "image/svg+xml", "stopped"),
        (lambda: bombs.svg("<g>" * 100_000), "image/svg+xml", "inside each other"),
        (lambda: bombs.heic_of_tiles(40, 40), "image/heic", "cannot be decoded"),
        (lambda: bombs.heic_of_tiles(30, 30, side=362), "image/heic", "memory|decoded|stopped"),
        (lambda: bombs.tiff(60_000, 60_000), "image/tiff", "million pixels"),
        (lambda: bombs.tiff(11_000, 10_000), "image/tiff", "no part"),
        (lambda: bombs.tiff(100, 2**31 - 1), "image/tiff", "million pixels"),
        (lambda: bombs.bmp(40_000), "image/bmp", "million pixels"),
        (lambda: bombs.bmp(10_900), "image/bmp", "memory|decoded|stopped"),
    ],
)
def test_a_bomb_ends_within_the_limits(draw, make, mime_type, reason):
    with pytest.raises(Undrawable, match=reason):
        draw(make(), mime_type, seconds=1)


def test_a_circle_of_pages_ends(draw):
    data = bombs.tiff(100, 100, strip=bytes(range(100)) * 100, next_directory=8)
    drawn, _ = draw(data, "image/tiff", seconds=3)
    assert drawn.page_count in (None, 10_000)


def test_the_size_that_a_header_gave_survives_the_end_of_its_decoder(draw):
    with pytest.raises(Undrawable, match="SIGXCPU") as ended:
        draw(bombs.endless_noise(), "image/svg+xml", seconds=1)
    assert (ended.value.width, ended.value.height) == (100, 100)
