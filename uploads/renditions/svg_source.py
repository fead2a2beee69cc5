"""The source of an SVG picture, without what would be read from outside of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from uploads.renditions.formats import Undrawable

MAX_DEPTH = 200  # elements inside each other; a drawing has tens
REFERENCES = {"href", "xlink:href", "src"}
_WITHIN = ("#", "data:")
_LEFT_OUT = {"script", "foreignObject"}


@dataclass(slots=True)
class Source:
    """An SVG picture: the attributes of its root, and what is inside of it, as text."""

    root_name: str = ""
    root: dict[str, str] = field(default_factory=dict)
    inside: list[str] = field(default_factory=list)

    def text(self, **attributes: str) -> str:
        """Return the picture, with `attributes` of the root replaced."""
        root = _attributes({**self.root, **attributes})
        return f"<{self.root_name}{root}>{''.join(self.inside)}</{self.root_name}>"


def plain_source(data: bytes) -> Source:
    """Return the elements of `data`.

    Entities are replaced by their text, which expat limits to 100 times their size. Scripts, event handlers and
    references to anything outside of the file are left out. Raises Undrawable.
    """
    handlers = _Handlers()
    try:
        handlers.read(data)
    except expat.ExpatError as error:
        raise Undrawable(f"It cannot be decoded ({error}).") from None
    if _local(handlers.source.root_name) != "svg":
        raise Undrawable("It cannot be decoded: this is no SVG picture.")
    return handlers.source


class _Handlers:
    """The handlers of the parser, which write what is kept into `source`."""

    def __init__(self) -> None:
        self.source = Source()
        self._depth = 0
        self._left_out_at = 0  # depth of the element that is left out with what it contains; 0: none

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.Parse(data, True)

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Undrawable(f"It has more than {MAX_DEPTH} elements inside each other.")
        if self._depth == 1:
            self.source.root_name, self.source.root = name, attributes
            return
        if not self._left_out_at and _local(name) in _LEFT_OUT:
            self._left_out_at = self._depth
        self._write(f"<{name}{_attributes(attributes)}>")

    def _end(self, name: str) -> None:
        if self._depth > 1:
            self._write(f"</{name}>")
        if self._left_out_at == self._depth:
            self._left_out_at = 0
        self._depth -= 1

    def _text(self, text: str) -> None:
        self._write(escape(text))

    def _write(self, text: str) -> None:
        if not self._left_out_at:
            self.source.inside.append(text)


def _attributes(attributes: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if _is_kept(name, value))


def _is_kept(name: str, value: str) -> bool:
    local = _local(name)
    if name in REFERENCES or local in REFERENCES:
        return value.strip().startswith(_WITHIN)
    return not local.startswith("on")


def _local(name: str) -> str:
    """Return a name without its prefix, such as `image` of `svg:image`."""
    return name.rpartition(":")[2]
