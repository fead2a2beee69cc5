"""Screenshots of the admin for the documentation, of a temporary demo installation."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from media_library.demo.pictures import BERRY, DAWN, FOREST, OCEAN, circles, encoded, hills, tiles, waves
from scripts.browser_shots import (
    as_list,
    bulk,
    edit,
    filtered,
    grid,
    narrow_grid,
    narrow_preview,
    orphans,
    preview,
    storage,
    trash,
    uploading,
)
from scripts.library_shots import library_form, library_list
from tests import chromium

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
PASSWORD = "screenshots-only"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NAMES = (
    *("Quiet bay", "Copper field", "Night market", "First frost", "Long shore", "Orchard rows", "Glass roof"),
    *("Paper lanterns", "Slate hill", "Low tide", "Red valley", "Mosaic hall", "Winter light", "Green mile"),
)


@contextmanager
def demo_installation() -> Iterator[tuple[str, Path]]:
    """Serve a demo library; yields its address and its folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="media-library-screenshots-") as folder:
        settings = {"DATA_DIR": folder, "HOST": "127.0.0.1", "PORT": str(port), "SEED_DEMO": "1"}
        environment = os.environ | settings | {"DEMO_PASSWORD": PASSWORD, "THROTTLING": "false"}
        with Path(folder, "log").open("w") as log:
            command = [sys.executable, "-m", "scripts.serve"]
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            _wait(lambda: _is_healthy(port))
            yield f"http://127.0.0.1:{port}", Path(folder)
        finally:
            server.terminate()
            server.wait()


def _is_healthy(port: int) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
    except OSError:
        return False


def _wait(true: Callable[[], Any], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit("The installation was not ready in time.")
        time.sleep(0.3)


def sign_in(browser: Browser, address: str) -> dict:
    """Sign in as the demo's administrator; return the storage state of the browser."""
    page = browser.new_page(base_url=address)
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("demo-admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")
    upload_pictures(page, address)
    kept = page.context.storage_state()
    page.close()
    return dict(kept)


def upload_pictures(page: Page, address: str) -> None:
    """Upload more pictures than the demonstration has, and wait until all have previews."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    drawn, palettes = cycle((hills, waves, circles, tiles)), cycle((DAWN, OCEAN, BERRY, FOREST, OCEAN))
    visibilities, tags = (
        cycle(("PUBLIC", "PUBLIC", "ROLE_BASED", "PRIVATE")),
        cycle(("landscape", "campaign", "pattern")),
    )
    for number, name in enumerate(NAMES):
        data = encoded(next(drawn)(next(palettes), number), "JPEG")
        file: Any = {"name": f"{name.lower().replace(' ', '-')}.jpg", "mimeType": "image/jpeg", "buffer": data}
        form = {
            "type": "IMAGE",
            "title": name,
            "tags": next(tags),
            "visibility": next(visibilities),
            "category": "press",
        }
        headers = {"X-CSRFToken": token, "Referer": address}
        answer = page.request.post("/api/v1/uploads/", multipart={**form, "file": file}, headers=headers)
        assert answer.status == 201, answer.text()
    used = page.request.get("/api/v1/uploads/?search=bay").json()["results"][0]["id"]
    usage = {"entity_type": "page", "entity_id": "spring", "field": "cover", "label": "Spring landing page"}
    page.request.post(f"/api/v1/uploads/{used}/usages/", data=usage, headers={"X-CSRFToken": token, "Referer": address})
    listing = "/api/v1/uploads/?limit=200"
    _wait(lambda: all(row["thumbnail_url"] for row in page.request.get(listing).json()["results"]))


def create_orphans(folder: Path) -> None:
    """Store objects of last week that no row names beside the files of each organization."""
    last_week = time.time() - 7 * 24 * 60 * 60
    for uploads in list(folder.glob("media/*/uploads")):
        for number, size in enumerate((412_000, 96_500)):
            orphan = uploads / f"{number}-interrupted" / "original.jpg"
            orphan.parent.mkdir()
            orphan.write_bytes(bytes(size))
            os.utime(orphan, (last_week, last_week))


SHOTS: dict[str, tuple[Callable[[Page], None], Any]] = {
    "grid": (grid, WIDE),
    "list": (as_list, WIDE),
    "filtered": (filtered, WIDE),
    "preview": (preview, WIDE),
    "edit": (edit, WIDE),
    "bulk": (bulk, WIDE),
    "uploading": (uploading, WIDE),
    "storage": (storage, WIDE),
    "trash": (trash, WIDE),
    "library": (library_list, WIDE),
    "library-form": (library_form, WIDE),
    "library-form-390": (library_form, NARROW),
    "orphans": (orphans, WIDE),
    "grid-390": (narrow_grid, NARROW),
    "preview-390": (narrow_preview, NARROW),
}


def take(browser: Browser, address: str, signed_in: Any, name: str, scheme: Any) -> None:
    show, size = SHOTS[name]
    context = browser.new_context(base_url=address, viewport=size, color_scheme=scheme, storage_state=signed_in)
    page = context.new_page()
    page.on("console", lambda message: print(message.text) if message.type == "error" else None)
    show(page)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
    path = TARGET / f"{name}-{scheme}.png"
    picture.quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)
    print(path.relative_to(ROOT), flush=True)
    context.close()


def main() -> None:
    wanted = sys.argv[1:] or list(SHOTS)
    TARGET.mkdir(parents=True, exist_ok=True)
    with demo_installation() as (address, folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.FLAGS)
        signed_in = sign_in(browser, address)
        create_orphans(folder)
        for name in wanted:
            for scheme in ("light", "dark"):
                take(browser, address, signed_in, name, scheme)
        browser.close()


if __name__ == "__main__":
    main()
