"""Colours of pictures in sRGB, with 8 bits a channel."""

import struct
from contextlib import suppress
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

_PLAIN = {"RGB", "RGBA", "L", "CMYK", "LAB"}
_DEEP = ("I", "F")  # beginnings of modes with more than 8 bits a channel
P3_PRIMARIES = 12  # ITU-T H.273: Display P3, which phones write as a number instead of a profile


def plain(image: Image.Image) -> Image.Image:
    """Convert to a mode that can be scaled: no palette, no more than 8 bits a channel."""
    if image.mode in _PLAIN and "transparency" not in image.info:
        return image
    if image.mode == "1":  # a quarter of the memory of RGB, for large scans
        return image.convert("L")
    if image.mode.startswith(_DEEP):
        return _eight_bits(image)
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return 16-bit greys divided by 257; other ranges, such as heights or 0 to 1, from darkest to lightest."""
    if image.mode not in {"I", "F"}:
        return image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    low, high = extent(image)
    scale = 255 / (high - low) if high > low else 0.0
    return image.convert("F").point(lambda value: value * scale - low * scale).convert("L")


def extent(band: Image.Image) -> tuple[float, float]:
    """Return the lowest and the highest value of a picture of one band."""
    low, high = band.getextrema()
    if isinstance(low, tuple) or isinstance(high, tuple):
        raise ValueError("The picture has several bands.")
    return low, high


def in_srgb(picture: Image.Image, info: dict[Any, Any]) -> Image.Image:
    """Convert a picture of a mode of `plain` to RGB or RGBA by the profile in its `info`. A broken one is ignored, and
    greys without one stay greys.
    """
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    profile = info.get("icc_profile") or _profile_of_numbers(info.get("nclx_profile"))
    if profile or picture.mode == "LAB":
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return _converted(picture, profile)
    return picture if picture.mode in {"L", mode} else picture.convert(mode)


def _converted(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB, in place where that is possible. Raises PyCMSError for a profile of another mode."""
    target = ImageCms.createProfile("sRGB")
    source = ImageCms.ImageCmsProfile(BytesIO(profile)) if profile else ImageCms.createProfile("LAB")
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    opaque = picture.convert("RGB") if alpha else picture
    if opaque.mode == "RGB":
        ImageCms.profileToProfile(opaque, source, target, inPlace=True)
        converted: Image.Image | None = opaque
    else:
        converted = ImageCms.profileToProfile(opaque, source, target, outputMode="RGB")
    if converted is None:
        raise ValueError("No conversion")
    if alpha:
        converted.putalpha(alpha)
    return converted


def _profile_of_numbers(numbers: Any) -> bytes | None:
    """Return a profile for `numbers`, the colour box of a HEIC file; None for primaries that are used as sRGB."""
    primaries = numbers.get("color_primaries") if isinstance(numbers, dict) else None
    return display_p3() if primaries == P3_PRIMARIES else None


def display_p3() -> bytes:
    """Return an ICC profile (ICC.1:2010) of Display P3: its primaries adapted to D50, and the curve of sRGB."""
    columns = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
        b"wtpt": (0.96420, 1.0, 0.82491),
    }
    curve = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
    tags = {name: b"XYZ " + bytes(4) + _fixed(*values) for name, values in columns.items()}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*curve))
    return _profile(tags)


def _profile(tags: dict[bytes, bytes]) -> bytes:
    at = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        table += struct.pack(">4sII", name, at + len(data), len(value))
        data += value
    head = struct.pack(">I4sI4s4s4s", at + len(data), bytes(4), 0x04000000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + _fixed(0.96420, 1.0, 0.82491)
    return head.ljust(128, b"\0") + table + data


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)
