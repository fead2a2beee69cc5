"""Small HDR clips of known colours, coded as ITU-R BT.2100 says, by formulas other than those that read them."""

import math
import subprocess
from array import array
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import imageio_ffmpeg
import pytest
from PIL import Image

RGB = tuple[float, float, float]
PAPER = 203.0  # cd/m² of white, ITU-R BT.2408
PATCHES = ((64, 95, 255), (255, 255, 255), (200, 30, 30), (128, 128, 128))  # sRGB; equal parts of the width
BT709 = ((0.6274, 0.3293, 0.0433), (0.0691, 0.9195, 0.0114), (0.0164, 0.0880, 0.8956))  # to BT.2020
P3 = ((0.8225, 0.1774, 0.0), (0.0332, 0.9669, 0.0), (0.0171, 0.0724, 0.9108))  # from BT.709 to Display P3
# transfer, primaries and matrix as x265 names them
CODINGS = {
    "pq": ("smpte2084", "bt2020", "bt2020nc"),
    "hlg": ("arib-std-b67", "bt2020", "bt2020nc"),
    "wide": ("bt709", "smpte432", "bt709"),
}


@cache
def hdr_clip(coding: str, width: int = 320, height: int = 240, *, frames: int = 3, white: float = PAPER) -> bytes:
    """A HEVC clip in 10 bits that shows PATCHES, white at `white` cd/m²; `coding` is a key of CODINGS."""
    row = array("H")
    for patch in PATCHES:
        code = _CODERS[coding]((_light(patch[0]), _light(patch[1]), _light(patch[2])), white)
        row.extend([round(65535 * min(max(part, 0), 1)) for part in code] * (width // len(PATCHES)))
    transfer, primaries, matrix = CODINGS[coding]
    tags = f"setparams=color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}:range=tv"
    with TemporaryDirectory() as folder:
        target = Path(folder, "clip.mp4")
        raw = ("-f", "rawvideo", "-pix_fmt", "rgb48le", "-s", f"{width}x{height}", "-r", "10", "-i", "pipe:0")
        scaled = f"scale=out_color_matrix={matrix.removesuffix('nc')}:out_range=tv:flags=accurate_rnd+full_chroma_int"
        x265 = f"log-level=error:colorprim={primaries}:transfer={transfer}:colormatrix={matrix}"
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *raw, "-vf", f"{scaled},format=yuv420p10le,{tags}"]
        command += ["-c:v", "libx265", "-preset", "ultrafast", "-crf", "8", "-x265-params", x265, "-tag:v", "hvc1"]
        subprocess.run([*command, str(target)], input=row.tobytes() * height * frames, check=True)
        return target.read_bytes()


def colors_of(path: Path) -> list[tuple[int, ...]]:
    """The colours of the patches in the first frame of an SDR video."""
    import av

    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
        picture = frame.reformat(format="rgb24", src_colorspace=frame.colorspace).to_image()
    return patches_of(picture)


def patches_of(picture: Image.Image) -> list[Any]:
    part = picture.width / len(PATCHES)
    return [picture.getpixel((int(part * (n + 0.5)), picture.height // 2)) for n in range(len(PATCHES))]


def assert_true_colors(seen: list[tuple[int, ...]], tolerance: int = 6) -> None:
    for color, wanted in zip(seen, PATCHES, strict=True):
        assert color == pytest.approx(wanted, abs=tolerance), seen


def _light(value: int) -> float:
    return value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4


def _in(matrix: tuple[RGB, RGB, RGB], light: RGB) -> list[float]:
    return [sum(weight * part for weight, part in zip(row, light, strict=True)) for row in matrix]


def _pq(light: RGB, white: float) -> list[float]:
    powers = [(part * white / 10_000) ** (2610 / 16384) for part in _in(BT709, light)]
    return [((3424 / 4096 + 2413 / 128 * part) / (1 + 2392 / 128 * part)) ** (2523 / 32) for part in powers]


def _hlg(light: RGB, white: float) -> list[float]:
    shown = [part * white / 1000 for part in _in(BT709, light)]
    luminance = 0.2627 * shown[0] + 0.6780 * shown[1] + 0.0593 * shown[2]
    scene = [part * luminance ** (1 / 1.2 - 1) for part in shown]
    return [math.sqrt(3 * e) if e <= 1 / 12 else 0.17883277 * math.log(12 * e - 0.28466892) + 0.55991073 for e in scene]


def _wide(light: RGB, _white: float) -> list[float]:
    return [12.92 * e if e <= 0.0031308 else 1.055 * e ** (1 / 2.4) - 0.055 for e in _in(P3, light)]


_CODERS = {"pq": _pq, "hlg": _hlg, "wide": _wide}
