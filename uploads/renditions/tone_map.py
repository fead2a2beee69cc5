"""Tone-mapping: from HDR (PQ, HLG) and wide colour (BT.2020, Display P3) to the BT.709 that every screen shows.

The mapping is a table (3D LUT) for the `lut3d` filter, which every build of FFmpeg has; `zscale`, `tonemap` and
`libplacebo` are missing in some. Code points are those of ITU-T H.273.
"""

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PQ, HLG = 16, 18  # transfer characteristics: SMPTE ST 2084, ARIB STD-B67
BT709, BT2020, DISPLAY_P3 = 1, 9, 12  # primaries
UNSPECIFIED = 2
WHITE = 203.0  # cd/m², the brightness of paper (ITU-R BT.2408): 255 of an SDR picture
BRIGHTEST = 10_000.0  # cd/m²
# Nodes of the table in each direction. One of them is WHITE, where the curve may have a corner.
NODES = {PQ: 63}
FEWER_NODES = 49  # for HLG and for SDR, whose curves are nearer to that of BT.709
# Linear light of these primaries as that of BT.709.
_TO_BT709 = {
    BT2020: ((1.660491, -0.587641, -0.072850), (-0.124550, 1.132900, -0.008349), (-0.018151, -0.100579, 1.118730)),
    DISPLAY_P3: ((1.224940, -0.224940, 0.0), (-0.042057, 1.042057, 0.0), (-0.019638, -0.078636, 1.098274)),
}
_LUMINANCE = (0.2126, 0.7152, 0.0722)
_HLG_LUMINANCE = (0.2627, 0.6780, 0.0593)
RGB = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Color:
    """How a video codes colours. `peak` is the largest coded value in it of a channel, 0 to 1."""

    transfer: int = UNSPECIFIED
    primaries: int = UNSPECIFIED
    matrix: int = UNSPECIFIED
    peak: float = 1.0

    @property
    def is_hdr(self) -> bool:
        return self.transfer in (PQ, HLG)

    @property
    def light_primaries(self) -> int:
        """The primaries; HDR without a word about them is BT.2020."""
        return BT2020 if self.is_hdr and self.primaries == UNSPECIFIED else self.primaries

    @property
    def is_mapped(self) -> bool:
        """Whether the colours are wrong on a screen for BT.709 without a table."""
        return self.is_hdr or self.primaries in _TO_BT709


UNKNOWN = Color()


def write_table(color: Color, path: Path) -> None:
    """Write the table of `color` as a `.cube` file of 3 to 6 MB, red changing first."""
    nodes = NODES.get(color.transfer, FEWER_NODES)
    linear = [_linear(color.transfer, min(node / (nodes - 1), color.peak)) for node in range(nodes)]
    peak = max(1.0, *_displayed(color.transfer, (linear[-1],) * 3))

    @cache  # above the peak nodes are alike
    def line(red: float, green: float, blue: float) -> str:
        red, green, blue = _mapped(color, (red, green, blue), peak)
        return f"{red:.5f} {green:.5f} {blue:.5f}\n"

    with path.open("w") as file:
        file.write(f"LUT_3D_SIZE {nodes}\n")
        for blue in linear:
            file.writelines(line(red, green, blue) for green in linear for red in linear)


def to_rgb(color: Color, table: str, size: str) -> list[tuple[str, str]]:
    """Return filters, names with their options, that scale a video and map it to RGB with the table at `table`."""
    matrix = "bt2020" if color.matrix == UNSPECIFIED else "auto"
    return [("scale", f"{size}:in_color_matrix={matrix}"), ("format", "gbrp16le"), ("lut3d", f"file='{table}'")]


def to_bt709(color: Color, table: str, size: str) -> list[tuple[str, str]]:
    """Return filters that scale a video and map it to 8 bits of BT.709, tagged as such."""
    return [
        *to_rgb(color, table, size),
        ("scale", "out_color_matrix=bt709:out_range=tv"),
        ("format", "yuv420p"),
        ("setparams", "color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"),
        ("sidedata", "delete"),  # the brightness of HDR, which encoders would write into the streams
    ]


def _mapped(color: Color, light: RGB, peak: float) -> RGB:
    """Return the coded colour of BT.709 for light of `color`, whose brightest part is `peak`."""
    light = _displayed(color.transfer, light)
    if matrix := _TO_BT709.get(color.light_primaries):
        light = _in_gamut(_multiplied(matrix, light))
    return _encoded(_compressed(light, peak))


def _linear(transfer: int, value: float) -> float:
    """Return the light of a coded value of one channel; 1 is WHITE, for HLG the scene's own white."""
    if transfer == PQ:
        return _pq_light(value) / WHITE
    if transfer == HLG:
        return value * value / 3 if value <= 0.5 else (math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # as browsers show BT.709


def _displayed(transfer: int, light: RGB) -> RGB:
    """Return the light on a screen; only HLG codes that of the scene, shown here at 1,000 cd/m² (ITU-R BT.2100)."""
    if transfer != HLG:
        return light
    luminance = sum(part * weight for part, weight in zip(light, _HLG_LUMINANCE, strict=True))
    gain = 1000 / WHITE * luminance**0.2 if luminance > 0 else 0
    return light[0] * gain, light[1] * gain, light[2] * gain


def _multiplied(matrix: tuple[RGB, RGB, RGB], light: RGB) -> RGB:
    red, green, blue = light
    first, second, third = ((row[0] * red + row[1] * green + row[2] * blue) for row in matrix)
    return first, second, third


def _in_gamut(light: RGB) -> RGB:
    """Return a colour that BT.709 has: less saturated, as bright as before."""
    lowest = min(light)
    luminance = sum(part * weight for part, weight in zip(light, _LUMINANCE, strict=True))
    if lowest >= 0 or luminance <= 0:
        return max(light[0], 0.0), max(light[1], 0.0), max(light[2], 0.0)
    share = luminance / (luminance - lowest)
    red, green, blue = (luminance + share * (part - luminance) for part in light)
    return red, green, blue


def _compressed(light: RGB, peak: float) -> RGB:
    """Scale light from 0 to `peak` into 0 to 1, its hue unchanged (the curve of ITU-R BT.2390 on the largest part)."""
    largest = max(light)
    if peak <= 1 or largest <= 0:
        return light
    scale = _rolled_off(min(largest, peak), peak) / largest
    return light[0] * scale, light[1] * scale, light[2] * scale


def _rolled_off(light: float, peak: float) -> float:
    """Return `light` unchanged up to a knee, and the rest up to `peak` on a Hermite spline that ends at 1."""
    top = _pq_value(peak * WHITE)
    value, most = _pq_value(light * WHITE) / top, _pq_value(WHITE) / top
    knee = max(0.0, 1.5 * most - 0.5)
    if value <= knee:
        return light
    t = (value - knee) / (1 - knee)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    return _pq_light(spline * top) / WHITE


def _encoded(light: RGB) -> RGB:
    red, green, blue = (_srgb(min(max(part, 0.0), 1.0)) for part in light)
    return red, green, blue


def _srgb(light: float) -> float:
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _pq_light(value: float) -> float:
    """Return cd/m² of a value of SMPTE ST 2084."""
    root = value ** (1 / 78.84375)
    return float(BRIGHTEST * (max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125))


def _pq_value(light: float) -> float:
    part = (max(light, 0) / BRIGHTEST) ** 0.1593017578125
    return float(((0.8359375 + 18.8515625 * part) / (1 + 18.6875 * part)) ** 78.84375)
