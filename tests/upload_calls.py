"""The calls of an upload: open a session, send the bytes, complete it."""

import io
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from PIL import Image
from rest_framework.test import APIClient

SESSIONS = "/api/v1/upload-sessions/"
HERE = "http://testserver"


def jpeg(size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return out.getvalue()


def announce(client: APIClient, data: bytes = b"", **fields: Any) -> Any:
    """Ask for a session for `data`, by default a JPEG; returns the response."""
    body = {"type": "IMAGE", "filename": "photo.jpg", "content_type": "image/jpeg", "size": len(data), **fields}
    return client.post(SESSIONS, body)


def opened(client: APIClient, data: bytes = b"", **fields: Any) -> dict[str, Any]:
    """Open a session that must be granted; returns it."""
    answer = announce(client, data, **fields)
    assert answer.status_code == 201, answer.content
    return answer.json()


def send(url: str, headers: dict[str, str], data: bytes) -> int:
    """PUT `data` as a ticket says, to this application or to a real store; returns the status."""
    if url.startswith(HERE):
        content_type = headers.get("Content-Type", "")
        return APIClient().generic("PUT", url.removeprefix(HERE), data, content_type).status_code
    try:
        with urlopen(Request(url, data=data, method="PUT", headers=headers), timeout=30) as answer:
            return answer.status
    except HTTPError as refused:
        with refused:
            return refused.code


def sent(client: APIClient, data: bytes, **fields: Any) -> dict[str, Any]:
    """Open a session and send `data`; returns the session."""
    session = opened(client, data, **fields)
    assert send(session["url"], session["headers"], data) == 200
    return session


def complete(client: APIClient, session: dict[str, Any], **body: Any) -> Any:
    return client.post(f"{SESSIONS}{session['id']}/complete/", body)


def uploaded(client: APIClient, data: bytes, *, details: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """Upload `data` completely; returns the representation of the upload."""
    answer = complete(client, sent(client, data, **fields), **(details or {}))
    assert answer.status_code == 201, answer.content
    return answer.json()


def code_of(answer: Any) -> str:
    return answer.json()["errors"][0]["code"]
