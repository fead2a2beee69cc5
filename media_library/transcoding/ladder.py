"""Which sizes a video is made in. Pure arithmetic."""

from dataclasses import dataclass

# Height in pixels → the most bits a second that its picture may take. After Apple's HLS authoring specification.
PEAKS = {1080: 5_000_000, 720: 2_800_000, 480: 1_400_000, 360: 800_000}
SMOOTH = 31.0  # frames a second; what is smoother than that gets half as much again
SMOOTHEST = 60.0  # frames a second: more are dropped


@dataclass(frozen=True, slots=True)
class Rung:
    """One rendition: even numbers of pixels, and the most bits a second that its picture may take."""

    width: int
    height: int
    peak: int

    @property
    def name(self) -> str:
        return f"{self.height}p"


def ladder(width: int, height: int, fps: float) -> list[Rung]:
    """The renditions of a video displayed at `width` by `height`, the largest first.

    Heights are those of PEAKS that the video has; a smaller video is made once, as it is. None is larger than the
    video in either direction, and the aspect is kept to the pixel that even numbers allow.
    """
    heights = [known for known in PEAKS if known <= height] or [_even(height)]
    factor = 1.5 if fps > SMOOTH else 1.0
    return [
        Rung(
            _nearest(width * rung / height, width),
            rung,
            int(PEAKS.get(rung, PEAKS[360]) * factor * _wideness(width, height)),
        )
        for rung in heights
    ]


def _wideness(width: int, height: int) -> float:
    """How much more picture there is than in 16:9, for panoramas; never less than half."""
    return min(3.0, max(0.5, width / height / (16 / 9)))


def _nearest(wanted: float, most: int) -> int:
    """The even number nearest to `wanted`, not larger than `most`."""
    return min(max(2, int(wanted / 2 + 0.5) * 2), _even(most))


def _even(number: float) -> int:
    """The nearest even number that is not larger, as H.264 in 4:2:0 needs, and at least 2."""
    return max(2, int(number + 1e-9) // 2 * 2)
