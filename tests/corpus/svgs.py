"""SVG: drawn in the sandbox, downloaded as it is, and never run."""

import gzip
from collections.abc import Callable

from tests.corpus.case import Accepted, Case, Refused, picture
from tests.samples import BLUE, GREEN, RED, WHITE

SVG = "image/svg+xml"
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def _rectangle(x: int, y: int, colour: tuple[int, int, int]) -> str:
    return f'<rect x="{x}" y="{y}" width="32" height="24" fill="rgb{colour}"/>'


BODY = "".join((_rectangle(0, 0, RED), _rectangle(32, 0, GREEN), _rectangle(0, 24, BLUE), _rectangle(32, 24, WHITE)))


def svg(attributes: str = 'width="64" height="48"', body: str = BODY, before: str = "") -> bytes:
    return f"{before}<svg {NAMESPACE} {attributes}>{body}</svg>".encode()


def _prefixed() -> bytes:
    body = BODY.replace("<rect", "<svg:rect")
    return f'<svg:svg xmlns:svg="http://www.w3.org/2000/svg" width="64" height="48">{body}</svg:svg>'.encode()


def _svg(title: str, make: Callable[[], bytes], **facts: object) -> Case:
    return picture(title, "logo.svg", make, SVG, **facts)


_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
_DOCTYPE = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
_ENTITIES = '<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>\n'
_GROWING = (
    "<!DOCTYPE svg ["
    '<!ENTITY a0 "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)
_LATIN = '<?xml version="1.0" encoding="ISO-8859-1"?>'

CASES = [
    _svg("plain", svg),
    _svg("declared", lambda: svg(before=_DECLARED)),
    _svg("with a document type", lambda: svg(before=_DECLARED + _DOCTYPE)),
    _svg("with a comment of a program", lambda: svg(before=_DECLARED + "<!-- Generator: Adobe Illustrator -->\n")),
    _svg("a long comment", lambda: svg(before=f"<!-- {'x' * 6000} -->\n")),
    _svg("entities of Illustrator", lambda: svg(before=_ENTITIES)),
    _svg("byte order mark", lambda: b"\xef\xbb\xbf" + svg(before=_DECLARED)),
    _svg("line feeds first", lambda: b"\r\n\r\n" + svg()),
    _svg("only a view box", lambda: svg('viewBox="0 0 64 48"')),
    _svg("view box moved", lambda: svg('viewBox="100 100 64 48"', f'<g transform="translate(100 100)">{BODY}</g>')),
    _svg("size in pixels", lambda: svg('width="64px" height="48px"')),
    _svg("larger than its view box", lambda: svg('width="128" height="96" viewBox="0 0 64 48"'), size=(128, 96)),
    _svg("a style element", lambda: svg(body=f"<style>.a{{fill:none}}</style>{BODY}")),
    _svg("a script, which is not run", lambda: svg(body=f"<script>document.documentElement.remove()</script>{BODY}")),
    _svg("a handler, which is not run", lambda: svg('width="64" height="48" onload="alert(1)"')),
    _svg(
        "a picture from elsewhere, which is not fetched",
        lambda: svg(body=f'{BODY}<image href="http://127.0.0.1:9/a.png" width="64" height="48"/>'),
    ),
    _svg(
        "a file of this machine, which is not read",
        lambda: svg(body=f'{BODY}<image href="file:///etc/passwd" width="64" height="48"/>'),
    ),
    _svg("prefix of its namespace", _prefixed),
    _svg("UTF-16", lambda: ('<?xml version="1.0" encoding="UTF-16"?>' + svg().decode()).encode("utf-16")),
    _svg("Latin 1", lambda: (_LATIN + svg(body=f"<title>Gr\u00fc\u00dfe</title>{BODY}").decode()).encode("latin-1")),
    _svg("size in percent", lambda: svg('width="100%" height="100%" viewBox="0 0 64 48"')),
    Case(title="no size", name="logo.svg", make=lambda: svg(""), out=Accepted(mime_type=SVG)),
    Case(
        title="entities that grow",
        name="logo.svg",
        make=lambda: svg(before=_GROWING, body="<text>&a9;</text>"),
        out=Accepted(mime_type=SVG, drawn=False),
    ),
    Case(title="damaged", name="logo.svg", make=lambda: svg()[:-20], out=Accepted(mime_type=SVG, drawn=False)),
    Case(
        title="very large",
        name="logo.svg",
        make=lambda: svg('width="1000000" height="1000000" viewBox="0 0 64 48"'),
        out=Accepted(mime_type=SVG),
    ),
    Case(
        title="nested uses",
        name="logo.svg",
        make=lambda: svg(body='<defs><g id="a"><use href="#a"/></g></defs><use href="#a"/>'),
        out=Accepted(mime_type=SVG),
    ),
    Case(
        title="compressed",
        name="logo.svgz",
        make=lambda: gzip.compress(svg(), mtime=0),
        out=Refused(code="unsupported_media_type|invalid_filename|content_mismatch", sentence="."),
    ),
]
