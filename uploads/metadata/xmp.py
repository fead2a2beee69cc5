"""XMP: what programs write (ISO 16684-1), RDF in XML; the IPTC's and EXIF's facts are in it as well."""

import re
from collections.abc import Iterator
from typing import Any

from PIL import Image

from uploads.metadata.dates import iso_time
from uploads.metadata.fields import Metadata

LARGEST = 1024 * 1024  # bytes of a packet
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_AUX = "{http://ns.adobe.com/exif/1.0/aux/}"
_IPTC = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_DEGREES = re.compile(r"^(\d+),(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?([NSEW])$")


def read_xmp(image: Image.Image) -> Metadata:
    """Return what the XMP packet of an opened picture has, unchecked. Raises whatever Pillow does for broken data."""
    if not 0 < len(image.info.get("xmp", b"")) <= LARGEST:
        return {}
    found = _properties(image.getxmp(strip_namespaces=False))

    def first(*names: str) -> str:
        return next((text for name in names for text in _texts(found.get(name))), "")

    return {
        "taken_at": next(filter(None, map(iso_time, map(first, _DATES))), None),
        "camera": first(_TIFF + "Model"),
        "lens": first(_AUX + "Lens"),
        "title": first(_DC + "title", _PHOTOSHOP + "Headline"),
        "caption": first(_DC + "description"),
        "alt_text": first(_IPTC + "AltTextAccessibility"),
        "keywords": list(_texts(found.get(_DC + "subject"))),
        "creator": ", ".join(_texts(found.get(_DC + "creator"))),
        "credit": first(_PHOTOSHOP + "Credit"),
        "copyright": first(_DC + "rights"),
        "location": {
            "latitude": _degrees(first(_EXIF + "GPSLatitude")),
            "longitude": _degrees(first(_EXIF + "GPSLongitude")),
        },
    }


_DATES = (_EXIF + "DateTimeOriginal", _PHOTOSHOP + "DateCreated", _XMP + "CreateDate")


def _properties(packet: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of all descriptions, the first of each name."""
    root: Any = next(iter(packet.values()), None)
    rdf = root.get(_RDF + "RDF", root) if isinstance(root, dict) else {}
    described = rdf.get(_RDF + "Description", []) if isinstance(rdf, dict) else []
    found: dict[str, Any] = {}
    for description in described if isinstance(described, list) else [described]:
        if isinstance(description, dict):
            found = {**description, **found}
    return found


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of a property: itself, the items of a list, the default language of alternatives first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in sorted(value, key=_is_translated):
            yield from _texts(item)
    elif isinstance(value, dict):
        for name in ("text", _RDF + "Alt", _RDF + "Seq", _RDF + "Bag", _RDF + "li"):
            yield from _texts(value.get(name))


def _is_translated(item: Any) -> bool:
    return isinstance(item, dict) and item.get(_LANG, "x-default") != "x-default"


def _degrees(text: str) -> float | None:
    """Return the degrees of `48,51.4933N` or `48,51,29N`."""
    match = _DEGREES.match(text)
    if match is None:
        return None
    value = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -value if match[4] in "SW" else value
