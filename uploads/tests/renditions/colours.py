"""What the pictures of `tests.samples` must look like."""

from PIL import Image

from tests import samples

UPRIGHT = ["red", "green", "blue", "white"]


def corners(image: Image.Image) -> list[str]:
    """The nearest known colour of each quarter: upper left, upper right, lower left, lower right."""
    known = {
        "red": samples.RED,
        "green": samples.GREEN,
        "blue": samples.BLUE,
        "white": samples.WHITE,
    }
    image, (w, h) = image.convert("RGB"), image.size
    points = [image.getpixel((x, y)) for y in (h // 4, 3 * h // 4) for x in (w // 4, 3 * w // 4)]
    return [
        min(known, key=lambda name: sum(abs(a - b) for a, b in zip(known[name], point, strict=True)))
        for point in points
    ]
