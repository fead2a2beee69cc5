"""One case of the corpus: how its file is made and announced, and what must come out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PIL import Image

from tests.samples import BLUE, GREEN, RED, WHITE

Colour = tuple[int, ...]
Points = Mapping[tuple[float, float], Colour]  # places as parts of width and height, with the colour there

CORNERS = ((0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75))
QUARTERS: Points = dict(zip(CORNERS, (RED, GREEN, BLUE, WHITE), strict=True))
UPPER_HALF: Points = {place: QUARTERS[place] for place in CORNERS[:2]}  # of a picture that ends too early
ANYTHING = ".+"
SIZE = (64, 48)  # of the pictures, unless a case says otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A file that comes in, with the facts that are checked; None is not checked.

    `size` is in pixels as displayed. `points` are colours of the small rendition, each channel within `within` of 255;
    a colour of four numbers has its opacity too, and of a transparent one only that is checked. `drawn` tells whether
    there is a rendition at all. `name` is the file name as displayed.
    """

    mime_type: str
    size: tuple[int, int] | None = None
    points: Points = field(default_factory=dict)
    within: int = 6
    drawn: bool | None = None
    duration: float | None = None
    pages: int | None = None
    encoding: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file that does not come in: the code, and a regular expression of the sentence.

    An import takes it as what `imported` says, an expression of the type; ANYTHING is only a download.
    """

    code: str
    sentence: str
    imported: str = ANYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file called `name` of the upload type `type`; `announced` is the MIME type that the client sends with it.

    `imported` is what an import makes of it, where that differs: it knows no announced type. `is_slow` are files that
    take ffmpeg or seconds to make.
    """

    title: str
    name: str
    make: Callable[[], bytes]
    out: Accepted | Refused
    type: str = "IMAGE"
    announced: str = ""
    imported: Accepted | Refused | None = None
    is_slow: bool = False


def picture(title: str, name: str, make: Callable[[], bytes], mime_type: str, **facts: object) -> Case:
    """A picture that comes in as `mime_type`; by default it shows `quarters` of SIZE."""
    defaults = {"size": SIZE, "points": QUARTERS, "drawn": True}
    return Case(title=title, name=name, make=make, out=Accepted(mime_type=mime_type, **{**defaults, **facts}))


def points_of(image: Image.Image) -> Points:
    """The colours of the four quarters of an image, as RGB."""
    plain = image.convert("RGB")
    return {(x, y): plain.getpixel((int(x * plain.width), int(y * plain.height))) for x, y in CORNERS}
