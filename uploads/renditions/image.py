"""Renditions of images."""

from contextlib import suppress
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from uploads.renditions.formats import SIZES, Drawing, Undrawable

FORMATS = ["AVIF", "GIF", "JPEG", "PNG", "WEBP"]
ORIENTATION = 0x0112  # EXIF tag; 5 to 8 are rotated by 90 degrees
_PLAIN = {"RGB", "RGBA", "L", "CMYK"}


def draw_image(path: Path, *, max_pixels: int) -> Drawing:
    """Draw the first frame, upright, in sRGB, at most SIZES["lg"] large. Raises Undrawable.

    The order matters: a JPEG is decoded at a fraction of its size (draft), scaled down, and then rotated; any other
    order takes the memory of the whole picture.
    """
    with Image.open(path, formats=FORMATS) as image:
        if image.width * image.height > max_pixels:
            raise Undrawable(f"The image has more than {max_pixels // 10**6} million pixels.")
        width, height = image.size
        if image.getexif().get(ORIENTATION) in (5, 6, 7, 8):
            width, height = height, width
        return Drawing(_upright(image), width, height)


def _upright(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    exif = image.getexif()
    image.draft(None, (2 * SIZES["lg"], 2 * SIZES["lg"]))  # twice as large, for the filter to have something to do
    picture = _plain(image)
    picture.thumbnail((SIZES["lg"], SIZES["lg"]), Image.Resampling.LANCZOS, reducing_gap=2.0)
    picture = _in_srgb(picture, profile)
    picture.info = {}
    picture.getexif()[ORIENTATION] = exif.get(ORIENTATION, 1)
    return ImageOps.exif_transpose(picture)


def _plain(image: Image.Image) -> Image.Image:
    """Convert to a mode that can be scaled: no palette, no more than 8 bits a channel."""
    if image.mode in _PLAIN and "transparency" not in image.info:
        return image
    if image.mode.startswith("I") or image.mode == "F":
        return image.convert("I").point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError):  # a broken profile is ignored
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            alpha = picture.getchannel("A") if mode == "RGBA" else None
            opaque = picture.convert("RGB") if alpha else picture
            converted = ImageCms.profileToProfile(opaque, source, target, outputMode="RGB")
            if converted is not None:
                if alpha:
                    converted.putalpha(alpha)
                return converted
    return picture.convert(mode)
