"""Archives are judged by their directory, whatever is in them."""

import io
import stat
import struct
import time
import tracemalloc
import zipfile

import pytest

from uploads.errors import ContentMismatch
from uploads.tests.inspection.contents import DOCX, archive, check, picture


def test_a_picture_with_an_archive_behind_it_is_refused():
    with pytest.raises(ContentMismatch):
        check(picture("JPEG") + archive("a.class"), "image/jpeg")


def encrypted(data: bytes) -> bytes:
    at = data.find(b"PK\1\2")
    return data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :]


def many(count: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(count):
            made.writestr(zipfile.ZipInfo(str(number)), b"")
    return out.getvalue()


def claiming(unpacked: int) -> bytes:
    """An archive of one entry whose directory says that it unpacks to `unpacked` bytes."""
    data = archive("a")
    at = data.find(b"PK\1\2")
    return data[: at + 24] + struct.pack("<I", unpacked) + data[at + 28 :]


def symlink(info: zipfile.ZipInfo) -> None:
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16


# US-25
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(archive("../evil"), id="climbs out"),
        pytest.param(archive("a/../../evil"), id="climbs out deeper"),
        pytest.param(archive("..\\evil"), id="climbs out by backslash"),
        pytest.param(archive("/etc/passwd"), id="absolute"),
        pytest.param(archive("C:/evil"), id="drive"),
        pytest.param(archive("link", prepare=symlink), id="symlink"),
        pytest.param(encrypted(archive("a")), id="encrypted"),
        pytest.param(archive("a", "b")[:-30], id="truncated"),
        pytest.param(archive("a")[:40], id="cut in the first entry"),
        pytest.param(b"PK\3\4" + archive("a"), id="junk before"),
        pytest.param(archive("zeros", data=b"\0" * 50_000_000), id="ratio"),
        pytest.param(claiming(4_000_000_000), id="claims too much"),
        pytest.param(many(50_001), id="too many entries"),
    ],
)
def test_a_hostile_archive_is_refused(data):
    with pytest.raises(ContentMismatch):
        check(data, "application/zip")


# US-25
def test_a_million_entries_cost_neither_time_nor_memory():
    entry = b"PK\1\2" + b"\0" * 24 + struct.pack("<H", 7) + b"\0" * 16 + b"entry/x"
    directory = entry * 1_000_000
    end64 = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 10**6, 10**6, len(directory), 4)
    locator = b"PK\6\7" + struct.pack("<IQI", 0, 4 + len(directory), 1)
    end = b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    data = b"PK\3\4" + directory + end64 + locator + end
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(ContentMismatch):
        check(data, "application/zip")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - began < 2
    assert peak < 64 * 1024**2


# FA-D5
@pytest.mark.parametrize(
    "data",
    [
        pytest.param(many(12_000), id="many entries"),
        pytest.param(archive("a") + b"\n", id="a line feed behind"),
        pytest.param(archive("notes.txt", "log.gz", "backup.tar.gz"), id="compressed files inside"),
        pytest.param(archive("inner.zip", "tool.jar", data=archive("a")), id="archives inside"),
        pytest.param(b"PK\5\6" + b"\0" * 18, id="empty"),
        pytest.param(archive("log", data=(b"2026-01-01 00:00:00 GET /index.html 200 OK\n" * 3) * 400_000), id="log"),
    ],
)
def test_an_ordinary_archive_is_accepted(data):
    check(data, "application/zip")


# FA-D5
def test_an_office_document_may_be_followed_by_bytes():
    check(archive("[Content_Types].xml", "word/document.xml") + b"\r\n", DOCX)


def test_a_document_with_macros_is_refused():
    with pytest.raises(ContentMismatch):
        check(archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), DOCX)
