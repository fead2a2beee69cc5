"""The files of the demonstration: a table of owners and files, uploaded like any file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile

from media_library.demo import recordings
from media_library.demo.pictures import (
    BERRY,
    DAWN,
    FOREST,
    OCEAN,
    Drawer,
    Palette,
    circles,
    encoded,
    hills,
    pdf,
    tiles,
    waves,
)
from permissions.choices import Visibility
from permissions.context import access_of
from permissions.models import Organization, User
from uploads.choices import UploadType
from uploads.files.edit import Details
from uploads.models import Upload
from uploads.sessions.form_upload import upload_file

PUBLIC, PRIVATE, ROLE_BASED = Visibility.PUBLIC, Visibility.PRIVATE, Visibility.ROLE_BASED


@dataclass(frozen=True, slots=True)
class DemoFile:
    """One file: its owner, texts, access and the function that makes its bytes. `roles` may see a ROLE_BASED file."""

    owner: str
    type: UploadType
    filename: str
    title: str
    visibility: Visibility
    tags: tuple[str, ...]
    make: Callable[[], bytes]
    description: str = ""
    roles: tuple[str, ...] = ()

    @property
    def organization(self) -> str:
        return self.owner.split("-")[0]


def _picture(
    owner: str,
    filename: str,
    title: str,
    visibility: Visibility,
    tags: tuple[str, ...],
    draw: Drawer,
    palette: Palette,
    roles: tuple[str, ...] = (),
) -> DemoFile:
    make = partial(_draw, draw, palette, filename)
    return DemoFile(owner, UploadType.IMAGE, filename, title, visibility, tags, make, draw.__doc__ or "", roles)


def _draw(draw: Drawer, palette: Palette, filename: str) -> bytes:
    formats = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}
    return encoded(draw(palette, len(filename)), formats[filename.rsplit(".", 1)[1]])


def _catalogue() -> bytes:
    pages = [
        ("Hills at dawn", hills, DAWN),
        ("Water by night", waves, OCEAN),
        ("A floor of quarter discs", tiles, FOREST),
    ]
    return pdf("Spring catalogue", pages)


PICTURES = [
    _picture("demo-creator", "dawn-hills.jpg", "Hills at dawn", PUBLIC, ("landscape", "hero"), hills, DAWN),
    _picture("demo-creator", "forest-hills.webp", "Green hills", PUBLIC, ("landscape",), hills, FOREST),
    _picture("demo-creator", "night-water.png", "Water by night", PRIVATE, ("sea", "draft"), waves, OCEAN),
    _picture("demo-creator", "campaign.jpg", "Campaign", ROLE_BASED, ("campaign",), circles, BERRY, ("Creator",)),
    _picture("demo-admin", "floor-tiles.png", "Floor tiles", PUBLIC, ("pattern",), tiles, FOREST),
    _picture("demo-admin", "brand-tiles.webp", "Brand pattern", PRIVATE, ("pattern", "brand"), tiles, DAWN),
    _picture("demo-admin", "team.jpg", "Team", ROLE_BASED, ("brand",), circles, DAWN, ("Creator", "Member")),
    _picture("demo-member", "bubbles.jpg", "Bubbles", PRIVATE, ("sketch",), circles, OCEAN),
    _picture("acme-creator", "cover.jpg", "Book cover", PUBLIC, ("cover", "hero"), hills, BERRY),
    _picture("acme-creator", "endpaper.png", "Endpaper", PRIVATE, ("pattern",), tiles, OCEAN),
    _picture("acme-admin", "press-night.jpg", "Press by night", PRIVATE, ("sea",), waves, BERRY),
]
DOCUMENT, VIDEO, AUDIO = UploadType.DOCUMENT, UploadType.VIDEO, UploadType.AUDIO
FILES = [
    *PICTURES,
    DemoFile("demo-creator", DOCUMENT, "catalogue.pdf", "Spring catalogue", PUBLIC, ("catalogue",), _catalogue),
    DemoFile("demo-creator", VIDEO, "test-card.mp4", "Test card", PUBLIC, ("video",), recordings.video),
    DemoFile("demo-creator", AUDIO, "chord.mp3", "A chord", PRIVATE, ("sound",), recordings.audio),
]


def missing_files() -> list[DemoFile]:
    """Return the files that are not uploaded yet; a file in the trash counts as uploaded."""
    known = set(Upload.everything.values_list("uploaded_by__username", "original_filename"))
    return [file for file in FILES if (file.owner, file.filename) not in known]


def upload_files(files: list[DemoFile]) -> Iterator[Upload]:
    """Upload each file as its owner, through the checks of every upload."""
    for file in files:
        organization = Organization.objects.get(slug=file.organization)
        owner = User.objects.get(username=file.owner)
        yield upload_file(
            access=access_of(owner, organization.pk),
            type=file.type,
            file=SimpleUploadedFile(file.filename, file.make(), content_type=""),
            details=_details(file, organization),
        )


def _details(file: DemoFile, organization: Organization) -> Details:
    roles = organization.roles.filter(name__in=file.roles).values_list("pk", flat=True)
    return Details(
        title=file.title,
        description=file.description,
        alt_text=file.title if file.type == UploadType.IMAGE else "",
        visibility=file.visibility,
        tags=file.tags,
        allowed_roles=list(roles),
    )
