"""Pictures drawn by code, so that the demonstration needs no downloads and no licences."""

import math
import random
from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

Palette = tuple[str, str, str, str]
Drawer = Callable[[Palette, int], Image.Image]
SIZE = (1600, 1067)

DAWN: Palette = ("#1b2a49", "#c94b4b", "#f4a261", "#ffe8c2")
FOREST: Palette = ("#0b3d2e", "#2d6a4f", "#95d5b2", "#f1faee")
OCEAN: Palette = ("#03045e", "#0077b6", "#48cae4", "#edf6f9")
BERRY: Palette = ("#2d1b3d", "#8e3b6f", "#e56b6f", "#fcefe3")


def hills(palette: Palette, seed: int) -> Image.Image:
    """Layers of hills under a low sun."""
    dark, middle, light, pale = palette
    picture = _gradient(pale, light)
    _sun(picture, pale)
    draw, chance = ImageDraw.Draw(picture), random.Random(seed)  # noqa: S311
    for layer in range(6):
        color = _mix(light, dark, (layer + 1) / 6) if layer else _mix(pale, middle, 0.5)
        draw.polygon(_ridge(chance, base=0.45 + layer * 0.1, height=0.07), fill=color)
    return picture


def circles(palette: Palette, seed: int) -> Image.Image:
    """Translucent discs that overlap."""
    picture, chance = _gradient(palette[0], palette[1]).convert("RGBA"), random.Random(seed)  # noqa: S311
    for _ in range(45):
        layer = Image.new("RGBA", SIZE)
        x, y, radius = chance.uniform(0, SIZE[0]), chance.uniform(0, SIZE[1]), chance.uniform(30, 220)
        color = _mix(palette[2], palette[3], chance.random())
        ImageDraw.Draw(layer).ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*color, 46))
        picture.alpha_composite(layer)
    return picture.convert("RGB")


def tiles(palette: Palette, seed: int) -> Image.Image:
    """Quarter discs on a grid, as floors and quilts have them."""
    picture, chance = Image.new("RGB", SIZE, palette[3]), random.Random(seed)  # noqa: S311
    draw, side = ImageDraw.Draw(picture), 134
    for x in range(0, SIZE[0], side):
        for y in range(0, SIZE[1], side):
            back, front = chance.sample(palette, 2)
            corner_x, corner_y = chance.choice((0, side)), chance.choice((0, side))
            box = (x + corner_x - side, y + corner_y - side, x + corner_x + side, y + corner_y + side)
            cell = Image.new("RGB", (side, side), back)
            ImageDraw.Draw(cell).ellipse([edge - start for edge, start in zip(box, (x, y, x, y), strict=True)], front)
            picture.paste(cell, (x, y))
    draw.rectangle((0, 0, SIZE[0] - 1, SIZE[1] - 1), outline=palette[0], width=12)
    return picture


def waves(palette: Palette, seed: int) -> Image.Image:
    """Lines of water by night."""
    picture, chance = _gradient(palette[0], palette[1]), random.Random(seed)  # noqa: S311
    _sun(picture, palette[3])
    draw, phase = ImageDraw.Draw(picture), chance.uniform(0, 6)
    for row in range(40):
        y = SIZE[1] * (0.5 + row * 0.0125)
        line = [(x, y + (4 + row / 3) * math.sin(x / 90 + row * 0.7 + phase)) for x in range(0, SIZE[0] + 8, 8)]
        draw.line(line, fill=_mix(palette[2], palette[0], row / 46), width=3)
    return picture


def encoded(picture: Image.Image, format: str) -> bytes:  # noqa: A002
    """Return the bytes of a file of that format (Pillow's name)."""
    file = BytesIO()
    picture.save(file, format, quality=88)
    return file.getvalue()


def pdf(title: str, pages: Sequence[tuple[str, Drawer, Palette]]) -> bytes:
    """Return a PDF with one captioned picture on each page, A4 landscape."""
    sheets = []
    for number, (caption, draw_picture, palette) in enumerate(pages, 1):
        sheet = Image.new("RGB", (1403, 992), "white")
        sheet.paste(ImageOps.fit(draw_picture(palette, number), (1203, 720)), (100, 100))
        draw = ImageDraw.Draw(sheet)
        draw.text((100, 846), caption, fill="#222222", font=ImageFont.load_default(36))
        draw.text((100, 904), f"{title} · {number} of {len(pages)}", fill="#777777", font=ImageFont.load_default(24))
        sheets.append(sheet)
    file = BytesIO()
    sheets[0].save(file, "PDF", save_all=True, append_images=sheets[1:], resolution=120, title=title)
    return file.getvalue()


def _gradient(top: str, bottom: str) -> Image.Image:
    return ImageOps.colorize(Image.linear_gradient("L").resize(SIZE), top, bottom)


def _sun(picture: Image.Image, color: str) -> None:
    glow, (width, height) = Image.new("L", SIZE), SIZE
    draw = ImageDraw.Draw(glow)
    draw.ellipse((width * 0.62, height * 0.14, width * 0.62 + 190, height * 0.14 + 190), fill=255)
    picture.paste(Image.new("RGB", SIZE, color), mask=glow.filter(ImageFilter.GaussianBlur(3)))


def _ridge(chance: random.Random, *, base: float, height: float) -> list[tuple[float, float]]:
    """The outline of one range of hills; `base` and `height` are shares of the picture's height."""
    swings = [(chance.uniform(0.5, 5), chance.uniform(0, 6), chance.uniform(0.2, 1)) for _ in range(4)]
    line = []
    for x in range(0, SIZE[0] + 10, 10):
        swing = sum(size * math.sin(speed * x / SIZE[0] * 6.3 + phase) for speed, phase, size in swings) / 2
        line.append((float(x), SIZE[1] * (base + height * swing)))
    return [(0.0, float(SIZE[1])), *line, (float(SIZE[0]), float(SIZE[1]))]


def _mix(one: str, other: str, share: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(_rgb(one), _rgb(other), strict=True))
    return red, green, blue


def _rgb(color: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(color[1:]))
