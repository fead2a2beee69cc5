"""Bytes of every type that is accepted."""

import io
import struct
import zipfile

from PIL import Image

from uploads.inspection import Content, inspect_and_scan

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def picture(kind: str, size=(40, 30), mode="RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size).save(out, kind, **options)
    return out.getvalue()


def archive(*names: str, data: bytes = b"some text", prepare=None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if prepare:
                prepare(info)
            made.writestr(info, data)
    return out.getvalue()


def ftyp(major: bytes, *compatible: bytes) -> bytes:
    body = b"ftyp" + major + b"\0\0\0\0" + b"".join(compatible)
    return struct.pack(">I", len(body) + 4) + body + b"\0" * 100


def mpeg_sound(frames: int = 4) -> bytes:
    """Frames of MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes each."""
    return (b"\xff\xfb\x90\x00" + b"\0" * 413) * frames


def adts(frames: int = 3) -> bytes:
    """Frames of AAC, 16 bytes each."""
    return (b"\xff\xf1\x50\x80\x02\x1f\xfc" + b"\0" * 9) * frames


def ebml(doctype: bytes, *, codec: bytes = b"", size: bytes = b"") -> bytes:
    """An EBML header; `size` is its length in another form than one byte."""
    header = b"\x42\x86\x81\x01\x42\x82" + bytes([0x80 | len(doctype)]) + doctype
    track = b"\x86" + bytes([0x80 | len(codec)]) + codec if codec else b""
    return b"\x1a\x45\xdf\xa3" + (size or bytes([0x80 | len(header)])) + header + track + b"\0" * 40


def compound(*streams: str) -> bytes:
    """A compound file of Office 97: header, one sector of the allocation table, one of the directory."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHH", 62, 3, 0xFFFE, 9))
    header = header.ljust(512, b"\xff")
    struct.pack_into("<I", header, 48, 1)  # the first sector of the directory
    struct.pack_into("<I", header, 76, 0)  # the first sector of the allocation table
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE).ljust(512, b"\xff")
    directory = b""
    for number, name in enumerate(("Root Entry", *streams)):
        wide = name.encode("utf-16-le")
        directory += wide.ljust(64, b"\0") + struct.pack("<HB", len(wide) + 2, 2 if number else 5) + b"\0" * 61
    return bytes(header) + table + directory.ljust(512, b"\0")


def open_document(kind: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        made.writestr("content.xml", "<x/>")
    return out.getvalue()


SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>'
MORE = {
    "application/json": b'{"a": [1, 2]}\n',
    "application/msword": compound("WordDocument"),
    "application/rtf": b"{\\rtf1\\ansi hello}",
    "application/vnd.ms-excel": compound("Workbook"),
    "application/vnd.ms-powerpoint": compound("PowerPoint Document"),
    "application/vnd.oasis.opendocument.presentation": open_document("presentation"),
    "application/vnd.oasis.opendocument.spreadsheet": open_document("spreadsheet"),
    "application/vnd.oasis.opendocument.text": open_document("text"),
    "application/x-subrip": b"1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n",
    "audio/aac": adts(),
    "audio/flac": b"fLaC\0\0\0\x22" + b"\0" * 40,
    "audio/ogg": b"OggS\0\2" + b"\0" * 20 + b"\1\x13OpusHead\1\2" + b"\0" * 20,
    "audio/webm": ebml(b"webm", codec=b"A_OPUS"),
    "image/bmp": picture("BMP"),
    "image/heic": ftyp(b"heic", b"mif1"),
    "image/heif": ftyp(b"mif1", b"heif"),
    "image/svg+xml": SVG,
    "image/tiff": picture("TIFF"),
    "text/vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n",
    "video/mp2t": (b"\x47\x40\0\x10" + b"\xff" * 184) * 5,
    "video/x-matroska": ebml(b"matroska", codec=b"V_VP9"),
    "video/x-msvideo": b"RIFF\x24\0\0\0AVI LIST" + b"\0" * 40,
}


def film_of(*handlers: bytes, brand: bytes = b"isom") -> bytes:
    """An MP4 whose tracks have these handlers: vide, soun."""
    tracks = b"".join(_box(b"trak", _box(b"mdia", _box(b"hdlr", b"\0" * 8 + name + b"\0" * 12))) for name in handlers)
    return _box(b"ftyp", brand + b"\0\0\0\0isom") + _box(b"free", b"\0" * 99) + _box(b"moov", tracks)


def _box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + name + body


GENUINE = {
    "application/pdf": b"%PDF-1.7\n1 0 obj\n<<>>\n",
    "application/zip": archive("a.txt", "folder/b.txt"),
    DOCX: archive("[Content_Types].xml", "word/document.xml"),
    XLSX: archive("[Content_Types].xml", "xl/workbook.xml"),
    PPTX: archive("[Content_Types].xml", "ppt/presentation.xml"),
    "audio/mp4": ftyp(b"M4A ", b"isom"),
    "audio/mpeg": b"ID3\x04\x00\x00\x00\x00\x00\x0a" + b"\0" * 40,
    "audio/wav": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40,
    "image/avif": ftyp(b"avif", b"mif1"),
    "image/gif": picture("GIF"),
    "image/jpeg": picture("JPEG"),
    "image/png": picture("PNG"),
    "image/webp": picture("WEBP"),
    "text/csv": "größe;preis\r\n1;2\r\n".encode(),
    "text/plain": b"1 < 2, and a <= b",
    "video/mp4": ftyp(b"isom", b"mp42"),
    "video/quicktime": ftyp(b"qt  "),
    **MORE,
    "video/webm": ebml(b"webm", codec=b"V_VP9"),
}


def check(data: bytes, content_type: str):
    return inspect_and_scan(Content.of_bytes(data), content_type)
