"""Frames of HDR video, computed from the colours of `quarters`: white of a screen is 203 cd/m² (ITU-R BT.2408)."""

import math
import struct
from collections.abc import Callable

from tests.corpus.case import BLUE, GREEN, RED, SIZE, WHITE

_TO_BT2020 = ((0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956))
_RED, _BLUE = 0.2627, 0.0593  # luminance of BT.2020
PAPER, PEAK_HLG, PEAK_PQ = 203.0, 1000.0, 10_000.0

Light = tuple[float, ...]


def _light(colour: tuple[int, ...]) -> Light:
    """Candela a square metre of a colour of sRGB, in the primaries of BT.2020."""
    linear = [value / 255 / 12.92 if value < 11 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour]
    return tuple(PAPER * sum(a * b for a, b in zip(row, linear, strict=True)) for row in _TO_BT2020)


def pq(light: Light) -> Light:
    """SMPTE ST 2084."""

    def coded(value: float) -> float:
        power = (value / PEAK_PQ) ** 0.1593017578125
        return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375

    return tuple(map(coded, light))


def hlg(light: Light) -> Light:
    """ITU-R BT.2100 for a display of 1,000 cd/m²: its gamma of 1.2 is taken back first."""

    def coded(value: float) -> float:
        if value <= 1 / 12:
            return math.sqrt(3 * value)
        return 0.17883277 * math.log(12 * value - 0.28466892) + 0.55991073

    shown = [value / PEAK_HLG for value in light]
    luminance = _RED * shown[0] + (1 - _RED - _BLUE) * shown[1] + _BLUE * shown[2]
    return tuple(coded(value / luminance ** (0.2 / 1.2)) for value in shown)


def _coded(colour: tuple[int, ...], transfer: Callable[[Light], Light]) -> tuple[int, int, int]:
    """Y, Cb and Cr of 10 bits in limited range."""
    red, green, blue = transfer(_light(colour))
    luma = _RED * red + (1 - _RED - _BLUE) * green + _BLUE * blue
    differences = (blue - luma) / (2 - 2 * _BLUE), (red - luma) / (2 - 2 * _RED)
    return round(64 + 876 * luma), *(round(512 + 896 * each) for each in differences)


def frame(transfer: Callable[[Light], Light]) -> bytes:
    """One frame of `quarters` as planes of yuv420p10le."""
    corners = [_coded(colour, transfer) for colour in (RED, GREEN, BLUE, WHITE)]
    planes = b""
    for channel, scale in ((0, 1), (1, 2), (2, 2)):
        width, height = SIZE[0] // scale, SIZE[1] // scale
        values = [
            corners[(x >= width // 2) + 2 * (y >= height // 2)][channel] for y in range(height) for x in range(width)
        ]
        planes += struct.pack(f"<{len(values)}H", *values)
    return planes
