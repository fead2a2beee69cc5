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
    "video/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + b"\0" * 40,
}


def check(data: bytes, content_type: str):
    return inspect_and_scan(Content.of_bytes(data), content_type)
