"""The calls that create library resources."""

from io import BytesIO
from typing import Any

from PIL import Image

from tests.upload_calls import send

LIBRARY = "/api/v1/library-resources/"
SAID = {
    "model": {"type": "model", "name": "Mara", "gender": "female", "age_group": "adult"},
    "scene": {"type": "scene", "name": "Loft", "environment": "indoor"},
    "garment": {"type": "garment", "name": "Parka", "category": "jackets"},
}
FULL = ("original", "thumbnail", "gallery", "gallery", "gallery")


def png(color: int = 0, size: tuple[int, int] = (60, 40)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (color % 256, 90, 90)).save(out, "PNG")
    return out.getvalue()


def presigned(client: Any, roles: tuple[str, ...] = FULL, **said: Any) -> list[dict[str, Any]]:
    """Open the sessions of files with those roles, without sending anything."""
    files = [
        {"role": role, "filename": f"{role}.png", "content_type": "image/png", "size": len(png(n))}
        for n, role in enumerate(roles)
    ]
    answer = client.post(f"{LIBRARY}presign/", {"files": files, **said})
    assert answer.status_code == 201, answer.content
    return answer.json()["files"]


def sent_files(client: Any, roles: tuple[str, ...] = FULL, **said: Any) -> list[dict[str, Any]]:
    """Send such files; returns the entries that creating a resource asks for."""
    sessions = presigned(client, roles, **said)
    for n, session in enumerate(sessions):
        assert send(session["url"], session["headers"], png(n)) == 200
    return [{"role": one["role"], "upload_session": one["upload_session"]} for one in sessions]


def created(client: Any, kind: str = "model", roles: tuple[str, ...] = FULL, **said: Any) -> dict[str, Any]:
    """Create a resource completely; returns its representation."""
    answer = client.post(LIBRARY, {**SAID[kind], **said, "files": sent_files(client, roles)})
    assert answer.status_code == 201, answer.content
    return answer.json()


def address(resource: dict[str, Any]) -> str:
    return f"{LIBRARY}{resource['id']}/"


def refusal(answer: Any) -> tuple[int, str, str | None]:
    """The status, code and attribute of an error."""
    error = answer.json()["errors"][0]
    return answer.status_code, error["code"], error["attr"]
