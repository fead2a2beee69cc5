from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from uploads.renditions import decoder
from uploads.renditions.image import Options, draw_image


@pytest.fixture
def draw(tmp_path):
    """Draw bytes in the decoders' process; returns what was drawn and the opened sizes by kind."""

    def draw(data: bytes, mime_type: str, *, with_jpeg=False, **changed):
        path = tmp_path / "original"
        path.write_bytes(data)
        limits = replace(decoder.limits_of(mime_type), **changed)
        drawn = decoder.draw_sizes(path, mime_type, tmp_path, with_jpeg=with_jpeg, limits=limits)
        return drawn, {size.kind: Image.open(BytesIO(size.path.read_bytes())) for size in drawn.sizes}

    return draw


@pytest.fixture
def draw_here(monkeypatch):
    """Draw an image in the process of the test, which takes a tenth of the time."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)

    def draw(data: bytes, mime_type: str = "image/png", **options):
        return draw_image(BytesIO(data), mime_type, Options(**{"max_pixels": 10**6, **options}))

    return draw
