"""What the tests of the uploader and the chooser do in a browser, and the files they send."""

import os
from base64 import b64encode
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image

from tests.factories import PASSWORD

LIST = "/admin/uploads/upload/"
AXE = Path(settings.BASE_DIR, "frontend", "node_modules", "axe-core", "axe.min.js")
SERIOUS = """
async (scope) => {
    const { violations } = await axe.run(scope, { resultTypes: ['violations'] })
    return violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}
"""
# Files dropped as from the desktop: one event each on the way in, over, and down.
DROP = """
({ data, type, names, target }) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
    const dataTransfer = new DataTransfer()
    for (const name of names) dataTransfer.items.add(new File([bytes], name, { type, lastModified: 1 }))
    for (const step of ['dragenter', 'dragover', 'drop']) {
        const event = new DragEvent(step, { dataTransfer, bubbles: true, cancelable: true })
        document.querySelector(target).dispatchEvent(event)
    }
}
"""
PASTE = """
({ data, type, name }) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))
    const clipboardData = new DataTransfer()
    clipboardData.items.add(new File([bytes], name, { type }))
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
}
"""


@cache
def noise(side: int = 64) -> bytes:
    """A PNG that does not get smaller than its pixels: 3 bytes for each of `side` x `side`."""
    file = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(file, "PNG", compress_level=0)
    return file.getvalue()


def picture(name: str, content: bytes = b"") -> Any:
    """A file as a browser's file input takes it."""
    return {"name": name, "mimeType": "image/png", "buffer": content or noise()}


def film(path: Path, size: int) -> Path:
    """Something that begins as an MP4 does."""
    with path.open("wb") as file:
        file.write(b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08free")
        file.truncate(size)
    return path


def sign_in(page: Any, username: str) -> None:
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/admin/")


def choose_files(page: Any, files: Any) -> None:
    """Pick files in the open uploader, as from the system's dialog."""
    page.locator("#uploader-files input[type=file]").first.set_input_files(files)


def drop_files(page: Any, content: bytes, names: list[str], target: str = "main") -> None:
    data = b64encode(content).decode()
    page.evaluate(DROP, {"data": data, "type": "image/png", "names": names, "target": target})


def paste_file(page: Any, content: bytes, name: str) -> None:
    page.evaluate(PASTE, {"data": b64encode(content).decode(), "type": "image/png", "name": name})


def serious_findings(page: Any, scope: str) -> list[str]:
    """What axe-core calls serious or critical within the element."""
    page.evaluate(AXE.read_text())
    return page.evaluate(SERIOUS, scope)
