from base64 import b64encode

import pytest
from PIL import Image

from tests.samples import encoded, quarters
from uploads.renditions import svg
from uploads.renditions.formats import Undrawable
from uploads.renditions.svg import draw_svg, natural_size
from uploads.renditions.svg_source import plain_source
from uploads.tests.renditions.colours import UPRIGHT, corners

LINKS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
QUARTERS = (
    '<path fill="#dc1414" d="M0 0h20v10H0z"/><path fill="#14b414" d="M20 0h20v10H20z"/>'
    '<path fill="#1414dc" d="M0 10h20v10H0z"/><path fill="#f0f0f0" d="M20 10h20v10H20z"/>'
)


@pytest.fixture
def drawn(tmp_path):
    """Draw the text of an SVG picture in the process of the test."""

    def drawn(text: str | bytes):
        path = tmp_path / "picture.svg"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return draw_svg(path)

    return drawn


@pytest.mark.parametrize(
    "text",
    [
        f'<svg {LINKS} width="40" height="20">{QUARTERS}</svg>',
        f'<svg {LINKS} viewBox="0 0 40 20">{QUARTERS}</svg>',
        f'<svg {LINKS} width="40" viewBox="0 0 40 20" height="100%">{QUARTERS}</svg>',
        f'<!DOCTYPE svg [<!ENTITY all \'{QUARTERS}\'>]><svg {LINKS} width="40" height="20">&all;</svg>',
        f'<?xml version="1.0" encoding="UTF-16"?><svg {LINKS} width="40" height="20">{QUARTERS}</svg>'.encode("utf-16"),
        f'<s:svg xmlns:s="http://www.w3.org/2000/svg" width="40" height="20">{QUARTERS.replace("<", "<s:")}</s:svg>',
    ],
    ids=("size", "box", "one side", "entity", "UTF-16", "prefix"),
)
def test_a_picture_is_drawn_large_and_keeps_its_natural_size(drawn, text):
    drawing = drawn(text)
    assert (drawing.width, drawing.height, drawing.picture.size) == (40, 20, (1600, 800))
    assert corners(drawing.picture) == UPRIGHT


def test_what_is_not_painted_is_transparent(drawn):
    assert drawn(f'<svg {LINKS} width="9" height="9"/>').picture.getextrema()[3] == (0, 0)


@pytest.mark.parametrize("width_height", [("10000", "5000"), ("1e3mm", "500mm")])
def test_a_declared_size_does_not_make_the_picture_larger(drawn, width_height):
    width, height = width_height
    drawing = drawn(f'<svg {LINKS} width="{width}" height="{height}"><rect width="10" height="10"/></svg>')
    assert drawing.picture.size == (1600, 800)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ({"width": "2in", "height": "72pt"}, (192, 96)),
        ({"width": "100", "viewBox": "0,0 50 25"}, (100, 50)),
        ({"height": "100", "viewBox": "0 0 50 25"}, (200, 100)),
        ({"width": "100%", "height": "auto"}, (300, 150)),
        ({"width": "-5", "viewBox": "0 0 nan 1"}, (300, 150)),
        ({"width": "1e99", "height": "0"}, (300, 150)),
    ],
)
def test_the_natural_size_is_in_pixels(attributes, size):
    assert natural_size(attributes) == pytest.approx(size)


@pytest.mark.parametrize(
    "reference",
    [
        '<image width="10" height="10" href="{path}"/>',
        '<image width="10" height="10" xlink:href=" {path}"/>',
        '<image width="10" height="10" href="file://{path}"/>',
        '<filter id="f"><feImage href="{path}"/></filter><rect width="10" height="10" filter="url(#f)"/>',
        '<image xmlns:l="http://www.w3.org/1999/xlink" width="10" height="10" l:href="{path}"/>',
    ],
)
def test_files_of_this_machine_are_not_read(drawn, tmp_path, reference):
    secret = tmp_path / "secret.png"
    secret.write_bytes(encoded(Image.new("RGB", (10, 10), "red")))
    picture = drawn(f'<svg {LINKS} width="10" height="10">{reference.format(path=secret)}</svg>').picture
    assert picture.getextrema()[0] == (0, 0)


def test_references_outside_scripts_and_handlers_are_left_out():
    text = (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd"><!ATTLIST image href CDATA "/etc/x.png">]>'
        f'<svg {LINKS} onload="a()"><script>b()</script><foreignObject><p>c</p></foreignObject><image/>'
        f'<use href="https://example.com/#d"/><use href="#e"/><text>&x;</text><a href="data:f">1 &lt; 2</a></svg>'
    )
    assert plain_source(text.encode()).text() == (
        f'<svg {LINKS}><image></image><use></use><use href="#e"></use><text></text><a href="data:f">1 &lt; 2</a></svg>'
    )


@pytest.mark.parametrize("has_fonts", [True, False])
def test_text_is_drawn_also_on_a_machine_without_fonts(drawn, monkeypatch, tmp_path, has_fonts):
    if not has_fonts:
        (tmp_path / "fonts").mkdir()
        monkeypatch.setattr(svg, "FONT_FOLDERS", [tmp_path / "fonts", tmp_path / "missing"])
    text = '<text y="40" font-size="40" font-family="Unknown, sans-serif">Hello</text>'
    assert drawn(f'<svg {LINKS} width="100" height="50">{text}</svg>').picture.getbbox()


def test_a_picture_inside_is_drawn(drawn):
    data = b64encode(encoded(quarters())).decode()
    image = f'<image width="40" height="20" xlink:href="data:image/png;base64,{data}"/>'
    assert corners(drawn(f'<svg {LINKS} width="40" height="20">{image}</svg>').picture) == UPRIGHT


@pytest.mark.parametrize("text", ["", "<svg", "<html><svg/></html>", "<svg>&undefined;</svg>", "\0\1\2"])
def test_what_is_no_svg_is_refused_with_a_reason(drawn, text):
    with pytest.raises(Undrawable, match="cannot be decoded"):
        drawn(text)


def test_a_strip_without_pixels_across_is_refused(drawn):
    with pytest.raises(Undrawable, match="long and thin"):
        drawn(f'<svg {LINKS} width="900000" height="1"/>')
