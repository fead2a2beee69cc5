"""Zip archives: how people's programs write them, and what could do harm when it is unpacked."""

import struct
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from stat import S_IFLNK

from tests.corpus.case import Accepted, Case, Refused

ZIP = "application/zip"
STORED, DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


def archive(
    files: Mapping[str, bytes], *, compression: int = DEFLATED, comment: bytes = b"", wide: bool = False
) -> bytes:
    """A zip of files; with `wide` each has the sizes of ZIP64."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as made:
        made.comment = comment
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.compress_type = compression
            with made.open(info, "w", force_zip64=wide) as entry:
                entry.write(data)
    return target.getvalue()


class _OneWay(BytesIO):
    """A file that cannot go back, so that sizes follow the data in descriptors."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError


def _streamed() -> bytes:
    target = _OneWay()
    with zipfile.ZipFile(target, "w", DEFLATED) as made:
        made.writestr("a.txt", b"written to a pipe")
    return target.getvalue()


def _end_of_zip64() -> bytes:
    """An archive with the end record of ZIP64, although it would not need it."""
    data = archive({"a.txt": b"text"})
    at = data.rindex(b"PK\5\6")
    count, size, start = struct.unpack("<HII", data[at + 10 : at + 20])
    record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, size, start)
    locator = b"PK\6\7" + struct.pack("<IQI", 0, at, 1)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:at] + record + locator + end


def _linked() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        info = zipfile.ZipInfo("link")
        info.create_system, info.external_attr = 3, (S_IFLNK | 0o777) << 16
        made.writestr(info, "/etc/passwd")
    return target.getvalue()


def encrypted() -> bytes:
    """An archive whose entry says that it is encrypted."""
    data = bytearray(archive({"a.txt": b"text"}))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


def _overlapping() -> bytes:
    """Two hundred entries of the directory that share one body of data."""
    data = archive({"a.txt": b"x" * 4000}, compression=STORED)
    at, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    entry = data[at:end]
    tail = data[end : end + 8] + struct.pack("<HHII", 200, 200, 200 * len(entry), at) + b"\0\0"
    return data[:at] + entry * 200 + tail


def _empty() -> bytes:
    return archive({})


def _with_extra_fields() -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        info = zipfile.ZipInfo("a.txt")
        info.extra = struct.pack("<HHBI", 0x5455, 5, 1, 0) + struct.pack("<HHBBIBI", 0x7875, 11, 1, 4, 501, 4, 20)
        made.writestr(info, b"text")
    return target.getvalue()


def _name_in_code_page() -> bytes:
    data = archive({"aaaa.txt": b"text"})
    return data.replace(b"aaaa", "ÜÄÖß".encode("cp437"))


def _zip(title: str, make: Callable[[], bytes], name: str = "files.zip", announced: str = "") -> Case:
    return Case(
        title=title,
        name=name,
        make=make,
        out=Accepted(mime_type=ZIP, drawn=False),
        type="DOCUMENT",
        announced=announced,
    )


def _refused(title: str, make: Callable[[], bytes], sentence: str) -> Case:
    return Case(
        title=title,
        name="files.zip",
        make=make,
        out=Refused(code="content_mismatch", sentence=sentence),
        type="DOCUMENT",
    )


_INNER = {"inner.zip": archive({"a.txt": b"text"}), "data.tar.gz": b"\x1f\x8b\x08\0", "x.7z": b"7z\xbc\xaf\x27\x1c"}
_LOG = b"2026-01-01 00:00:00 INFO nothing happened\n"

CASES = [
    _zip("deflated", lambda: archive({"a.txt": b"text", "folder/b.txt": b"more"})),
    _zip("stored", lambda: archive({"a.txt": b"text"}, compression=STORED)),
    _zip("compressed by bzip2", lambda: archive({"a.txt": b"text"}, compression=zipfile.ZIP_BZIP2)),
    _zip("compressed by LZMA", lambda: archive({"a.txt": b"text"}, compression=zipfile.ZIP_LZMA)),
    _zip("announced by Windows", lambda: archive({"a.txt": b"text"}), announced="application/x-zip-compressed"),
    _zip("announced as unknown", lambda: archive({"a.txt": b"text"}), announced="application/octet-stream"),
    _zip("announced as multipart", lambda: archive({"a.txt": b"text"}), announced="multipart/x-zip"),
    _zip("upper case", lambda: archive({"a.txt": b"text"}), "FILES.ZIP"),
    _zip("comment", lambda: archive({"a.txt": b"text"}, comment=b"made on a Monday")),
    _zip("long comment", lambda: archive({"a.txt": b"text"}, comment=b"c" * 65_535)),
    _zip("empty", _empty),
    _zip("only folders", lambda: archive({"a/": b"", "a/b/": b""})),
    _zip("an empty file in it", lambda: archive({"a.txt": b""})),
    _zip("12,000 files", lambda: archive({f"{n:05}.txt": b"x" for n in range(12_000)})),
    _zip("archives within it", lambda: archive(_INNER)),
    _zip("programs within it", lambda: archive({"setup.exe": b"MZ", "run.sh": b"#!/bin/sh\n", "a.html": b"<script>"})),
    _zip("written to a pipe", _streamed),
    _zip("sizes of ZIP64", lambda: archive({"a.txt": b"text"}, wide=True)),
    _zip("end record of ZIP64", _end_of_zip64),
    _zip("logs at 300:1", lambda: archive({"app.log": _LOG * 280_000})),
    _zip("extra fields of Unix", _with_extra_fields),
    _zip("names in UTF-8", lambda: archive({"Grüße.txt": b"x", "日本語.txt": b"y"})),
    _zip("names in a code page", _name_in_code_page),
    _zip("backslashes in names", lambda: archive({"a\\b.txt": b"x"}).replace(b"a/b.txt", b"a\\b.txt")),
    _zip("a dot and a slash before names", lambda: archive({"./a.txt": b"x"})),
    _zip("the same name twice", lambda: archive({"a.txt": b"1", "b.txt": b"2"}).replace(b"b.txt", b"a.txt")),
    _zip("resources of macOS", lambda: archive({"a.txt": b"x", "__MACOSX/._a.txt": b"\0\5\x16\7"})),
    _zip("line feed behind the end", lambda: archive({"a.txt": b"text"}) + b"\r\n"),
    _zip("zeros behind the end", lambda: archive({"a.txt": b"text"}) + b"\0" * 512),
    _zip("many extra folders", lambda: archive({f"{'d/' * 30}a.txt": b"x"})),
    _refused("encrypted", encrypted, "[Ee]ncrypted|password"),
    _refused("a symbolic link", _linked, "symbolic link"),
    _refused("paths out of it", lambda: archive({"../../etc/cron.d/x": b"x"}), "leads out"),
    _refused("an absolute path", lambda: archive({"/etc/x": b"x"}), "leads out"),
    _refused("a drive letter", lambda: archive({"C:x": b"x"}), "leads out"),
    _refused("entries that overlap", _overlapping, "overlap"),
    _refused("two gigabytes of zeros", lambda: _claiming(2**31), "too large"),
    _refused(
        "cut in its middle",
        lambda: archive({f"{n}.txt": b"text" for n in range(20)})[:-300],
        "damaged|incomplete|directory",
    ),
    _refused("only its beginning", lambda: archive({"a.txt": b"text"})[:40], "damaged|incomplete|directory"),
    _refused("text called zip", lambda: b"not an archive\n", "."),
    _refused("RAR called zip", lambda: b"Rar!\x1a\x07\x01\0" + b"\0" * 60, "."),
]


def _claiming(size: int) -> bytes:
    """An archive whose directory claims a size for its only entry."""
    data = bytearray(archive({"a.bin": b"\0" * 4000}))
    for mark, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = struct.pack("<I", size)
    return bytes(data)
