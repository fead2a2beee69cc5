"""Small sample files of every kind, made by code."""

import wave
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pypdfium2
from PIL import Image, PngImagePlugin, TiffImagePlugin

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 180, 20), (20, 20, 220), (240, 240, 240)


def quarters(width: int = 400, height: int = 200) -> Image.Image:
    """A picture that shows its rotation: red, green over blue, white."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:  # noqa: A002
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def phone_jpeg(orientation: int, width: int = 400, height: int = 200) -> bytes:
    """What a phone makes: `quarters` as displayed (of that size), stored turned, with a place in its EXIF data."""
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # orientation → the Transpose that undoes the viewer's turn
    shown = quarters(width, height)
    stored = shown.transpose(Image.Transpose(back[orientation])) if orientation in back else shown
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone maker"
    degrees = tuple(TiffImagePlugin.IFDRational(number) for number in (52, 30, 0))
    exif.get_ifd(0x8825).update({1: "N", 2: degrees, 3: "E", 4: degrees})
    return encoded(stored, "JPEG", exif=exif, quality=95)


def press_photo(image_format: str = "JPEG", packet: str = "") -> bytes:
    """A small picture of a camera, with the words of an agency in XMP, or with another packet."""
    packet = packet or PACKET
    degrees = tuple(TiffImagePlugin.IFDRational(number) for number in (52, 30, 0))
    exif = Image.Exif()
    exif.update({0x010F: "NIKON CORPORATION", 0x0110: "NIKON D850"})
    exif.get_ifd(0x8769).update({0x9003: "2024:05:01 12:30:00", 0x9011: "+02:00", 0x829A: 0.004, 0x829D: 2.8})
    exif.get_ifd(0x8825).update({1: "N", 2: degrees, 3: "E", 4: degrees})
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", packet)
    if image_format == "TIFF":
        exif.update({700: packet.encode(), 0x8769: 0, 0x8825: 0})  # the directories are written where they are named
    return encoded(quarters(40, 20), image_format, exif=exif, xmp=packet.encode(), pnginfo=texts)


PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
 photoshop:Credit="Agentur">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Markt</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="fr">Un insecte.</rdf:li>
<rdf:li xml:lang="x-default">Ein Käfer auf dem Markt.</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>Insekt</rdf:li><rdf:li>Wochenmarkt</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def video(
    path: Path, *, width: int = 320, height: int = 180, rotation: int = 0, black: int = 0, frames: int = 30
) -> bytes:
    """An MP4 of `quarters`, its first `black` frames black, to be shown turned by `rotation` degrees."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            image = Image.new("RGB", (width, height)) if number < black else quarters(width, height)
            frame = av.VideoFrame.from_image(image)
            frame.pts, frame.time_base = number, Fraction(1, 10)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    data = path.read_bytes()
    return _turned(data, rotation) if rotation else data


def _turned(data: bytes, rotation: int) -> bytes:
    """Put a display matrix (ISO/IEC 14496-12, 8.3.2) into the track header, as phones do for portrait videos."""
    matrices = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}
    a, b, c, d = (number << 16 for number in matrices[rotation])
    matrix = b"".join(number.to_bytes(4, "big", signed=True) for number in (a, b, 0, c, d, 0, 0, 0, 1 << 30))
    at = data.index(b"tkhd") + 4 + 40  # version 0: 40 bytes of header before the matrix
    return data[:at] + matrix + data[at + 36 :]


def sound(seconds: float = 1.0, rate: int = 8000) -> bytes:
    """A WAV that is silent, then loud."""
    file = BytesIO()
    count = int(seconds * rate / 2)
    with wave.open(file, "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(rate)
        target.writeframes(b"\x00\x00" * count + b"\x00\x40\x00\xc0" * (count // 2))
    return file.getvalue()


def tagged_sound(tags: dict[bytes, bytes]) -> bytes:
    """A WAV with tags of RIFF INFO, whose text has no encoding: INAM is the title, IART the artist."""
    data = sound()
    entries = b"".join(
        name + len(text).to_bytes(4, "little") + text + b"\0" * (len(text) % 2) for name, text in tags.items()
    )
    whole = data[8:] + b"LIST" + (len(entries) + 4).to_bytes(4, "little") + b"INFO" + entries
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def pdf(pages: int = 3, width: float = 200, height: float = 400) -> bytes:
    file = BytesIO()
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height).close()
    document.save(file)
    document.close()
    return file.getvalue()
