"""The ladder: the sizes and bit rates in which a video is made."""

from dataclasses import dataclass

# Height in pixels → peak bits a second of the picture, after Apple's HLS authoring specification.
PEAKS = {1080: 5_000_000, 720: 2_800_000, 480: 1_400_000, 360: 800_000}
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
        return f"{self.height}p"


def ladder(width: int, height: int, fps: float) -> list[Rung]:
    """Return the rungs for a video displayed at `width` by `height`, the largest first.

    Heights are those of PEAKS up to the height of the video; a smaller video gets one rung of its own size. No rung is
    larger than the video, and the aspect ratio is kept as far as even numbers allow.
    """
    heights = [known for known in PEAKS if known <= height] or [_even(height)]
    factor = 1.5 if fps > SMOOTH else 1.0
    return [
        Rung(
            _nearest(width * rung_height / height, width),
            rung_height,
            int(PEAKS.get(rung_height, PEAKS[360]) * factor * _area_factor(width, height)),
        )
        for rung_height in heights
    ]


def _area_factor(width: int, height: int) -> float:
    """Return the area relative to a picture of 16:9 of the same height, from 0.5 to 3 (panoramas)."""
    return min(3.0, max(0.5, width / height / (16 / 9)))


def _nearest(wanted: float, most: int) -> int:
    """Return the even number nearest to `wanted`, not larger than `most`."""
    return min(max(2, int(wanted / 2 + 0.5) * 2), _even(most))


def _even(number: float) -> int:
    """Return the largest even number up to `number`, as H.264 in 4:2:0 needs, and at least 2."""
    return max(2, int(number + 1e-9) // 2 * 2)
