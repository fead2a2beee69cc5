"""What other programs say of files: exiftool, pdfinfo, identify (ImageMagick) and ffprobe, where they are installed."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Facts = dict[str, Any]  # size, duration, pages, mime_type, taken_at, camera; those that the program knows
TOOLS = ("exiftool", "pdfinfo", "identify", "ffprobe")
SECONDS = 60  # for one file


def installed() -> list[str]:
    return [name for name in TOOLS if shutil.which(name)]


def output_of(*command: str) -> str:
    """What a program prints; empty where it fails or takes too long."""
    try:
        ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return ended.stdout.decode(errors="replace") if ended.returncode == 0 else ""


def by_exiftool(path: Path) -> Facts:
    try:
        [said] = json.loads(output_of("exiftool", "-json", "-n", "-fast2", str(path)))
    except ValueError:
        return {}
    size = (said.get("ImageWidth"), said.get("ImageHeight"))
    if said.get("Orientation") in (5, 6, 7, 8) or said.get("Rotation") in (90, 270):
        size = size[::-1]
    camera = " ".join(str(said[name]) for name in ("Make", "Model") if said.get(name))
    return {
        "mime_type": said.get("MIMEType"),
        "size": size if all(isinstance(each, int) for each in size) else None,
        "pages": said.get("PageCount") if said.get("MIMEType") == "application/pdf" else None,
        "duration": said.get("Duration"),
        "taken_at": said.get("DateTimeOriginal"),
        "camera": camera or None,
    }


def by_pdfinfo(path: Path) -> Facts:
    pages = re.search(r"^Pages:\s+(\d+)", output_of("pdfinfo", str(path)), re.MULTILINE)
    return {"pages": int(pages[1]) if pages else None}


def by_identify(path: Path) -> Facts:
    said = output_of("identify", "-format", "%w %h %[orientation]\n", f"{path}[0]").splitlines()
    if not said or len(said[0].split()) < 3:
        return {}
    width, height, orientation = said[0].split()[:3]
    size = (int(width), int(height))
    return {"size": size[::-1] if orientation in ("LeftTop", "RightTop", "RightBottom", "LeftBottom") else size}


def by_ffprobe(path: Path) -> Facts:
    try:
        said = json.loads(
            output_of("ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", str(path))
        )
    except ValueError:
        return {}
    seconds = said.get("format", {}).get("duration")
    films = [each for each in said.get("streams", ()) if each["codec_type"] == "video"]
    return {"duration": float(seconds) if seconds else None, "size": _displayed(films[0]) if films else None}


def _displayed(stream: dict[str, Any]) -> tuple[int, int]:
    """The size of a film with square pixels, turned as it is shown."""
    across, down = (int(each) for each in stream.get("sample_aspect_ratio", "1:1").split(":"))
    width, height = round(stream["width"] * (across / down if across and down else 1)), stream["height"]
    turns = [each.get("rotation", 0) for each in stream.get("side_data_list", ())]
    return (height, width) if any(abs(each) in (90, 270) for each in turns) else (width, height)


READERS: dict[str, tuple[Callable[[Path], Facts], str]] = {
    "exiftool": (by_exiftool, ""),
    "pdfinfo": (by_pdfinfo, "application/pdf"),
    "identify": (by_identify, "image/(?!svg|hei)"),
    "ffprobe": (by_ffprobe, "video/|audio/"),
}


def said_of(path: Path, mime_type: str, tools: Iterable[str]) -> dict[str, Facts]:
    """The facts of a file by the name of the program; each is asked for the types that it knows."""
    asked = {name: READERS[name] for name in tools}
    return {name: read(path) for name, (read, types) in asked.items() if re.match(types, mime_type)}
