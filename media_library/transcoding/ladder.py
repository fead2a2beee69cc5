"""The ladder: the sizes and bit rates in which a video is made."""

from bisect import bisect_left
from dataclasses import dataclass

# The short side in pixels → peak bits a second of a picture of 16:9, after Apple's HLS authoring specification.
PEAKS = {2160: 16_000_000, 1440: 9_000_000, 1080: 5_000_000, 720: 2_800_000, 480: 1_400_000, 360: 800_000}
LARGEST = 2160  # the short side: "4K"
LONGEST = 4096  # the long side; decoders of phones take no more
NEAR = 5 / 6  # a rung with a larger part of the source's short side is hardly another size
LEAST_PEAK = 100_000  # bits a second
SMOOTH = 31.0  # frames a second; above it the peak is half as much again
SMOOTHEST = 60.0  # frames a second; further frames are dropped


@dataclass(frozen=True, slots=True)
class Rung:
    """The size of one variant of the video in pixels, both sides even, and the peak bits a second of its picture."""

    width: int
    height: int
    peak: int

    @property
    def name(self) -> str:
        return f"{min(self.width, self.height)}p"


def ladder(width: int, height: int, fps: float) -> list[Rung]:
    """Return the rungs for a video displayed at `width` by `height`, the largest first.

    The short side counts, so that a video held upright is as sharp as one held across. The first rung is the size of
    the video, at most LARGEST by LONGEST; the short sides of the others are those of PEAKS that are clearly smaller,
    but 360 and smaller videos get one rung. No rung is larger than the video; the aspect ratio is kept as far as even
    numbers allow.
    """
    scale = min(1.0, LARGEST / min(width, height), LONGEST / max(width, height))
    top = min(width, height) * scale
    sides = [top, *(side for side in PEAKS if side <= top * NEAR)]
    return [_rung(width, height, side / min(width, height), fps) for side in sides]


def _rung(width: int, height: int, scale: float, fps: float) -> Rung:
    rung_width, rung_height = _nearest(width * scale, width), _nearest(height * scale, height)
    factor = (1.5 if fps > SMOOTH else 1.0) * _area_factor(width, height)
    return Rung(rung_width, rung_height, int(_peak(min(rung_width, rung_height)) * factor))


def _peak(side: int) -> float:
    """Return the peak for a short side: between those of PEAKS in proportion, below them by area."""
    sides = sorted(PEAKS)
    above = bisect_left(sides, side)
    if above == 0:
        return max(LEAST_PEAK, PEAKS[sides[0]] * (side / sides[0]) ** 2)
    if above == len(sides):
        return PEAKS[sides[-1]]
    lower, upper = sides[above - 1], sides[above]
    return PEAKS[lower] + (PEAKS[upper] - PEAKS[lower]) * (side - lower) / (upper - lower)


def _area_factor(width: int, height: int) -> float:
    """Return the area relative to a picture of 16:9 with the same short side, from 0.5 to 3 (panoramas)."""
    return min(3.0, max(0.5, max(width, height) / min(width, height) / (16 / 9)))


def _nearest(wanted: float, most: int) -> int:
    """Return the even number nearest to `wanted`, not larger than `most`, as H.264 in 4:2:0 needs, and at least 2."""
    return max(2, min(int(wanted / 2 + 0.5) * 2, most // 2 * 2))
