"""A light load: a few clients, each waiting for its answer before it asks again."""

import io
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

import urllib3
from PIL import Image

API = "/api/v1"
BROKEN = 0  # the status of an answer that never came
CLIENT_PATIENCE = 30.0  # seconds; longer than any answer may take


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: to what, its status, when it was asked for and came (seconds of one clock)."""

    name: str
    status: int
    asked: float
    came: float

    @property
    def seconds(self) -> float:
        return self.came - self.asked


@dataclass
class Load:
    """The clients of one drill, and all their responses."""

    url: str
    password: str
    answers: list[Answer] = field(default_factory=list)
    acknowledged: dict[str, bytes] = field(default_factory=dict)  # id of the upload → SHA-256 of what was sent
    token: str = ""

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._pool = urllib3.PoolManager(maxsize=20, retries=False)
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Sign in, store something to be read, and start the clients. Raises AssertionError."""
        self.sign_in()
        assert self.token, "nobody could sign in"
        self.upload()
        clients: list[tuple[Callable[[], object], float]] = [
            (lambda: self.ask("healthz", "GET", "/healthz"), 0.2),
            (lambda: self.ask("readyz", "GET", "/readyz"), 1),
            (lambda: self.ask("list", "GET", f"{API}/uploads/?limit=50"), 0.3),
            (lambda: self.ask("anonymous list", "GET", f"{API}/uploads/", signed_in=False), 0.5),
            (lambda: self.ask("detail", "GET", f"{API}/uploads/{next(iter(self.acknowledged))}/"), 0.3),
            (self.sign_in, 1),
            (self.upload, 0.5),
            (self.upload_form, 0.5),
            (self.abort, 0.7),
        ]
        for work, pause in clients:
            thread = threading.Thread(target=self._repeat, args=(work, pause), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(CLIENT_PATIENCE * 2)

    def _repeat(self, work: Callable[[], object], pause: float) -> None:
        while not self._over.wait(pause):
            work()

    def ask(self, name: str, method: str, path: str, *, signed_in: bool = True, **sent: Any) -> dict[str, Any] | None:
        """Ask once and note the answer; returns its body where it is good."""
        headers = {"Authorization": f"Token {self.token}"} if signed_in and self.token else {}
        asked = time.monotonic()
        try:
            answer = self._pool.request(method, f"{self.url}{path}", headers=headers, timeout=CLIENT_PATIENCE, **sent)
            status = answer.status
        except urllib3.exceptions.HTTPError:
            status = BROKEN
        self.answers.append(Answer(name, status, asked, time.monotonic()))
        if not 200 <= status < 300:
            return None
        return answer.json() if answer.data else {}

    def sign_in(self) -> None:
        body = {"username": "demo-admin", "password": self.password}
        told = self.ask("sign-in", "POST", f"{API}/auth/token/", signed_in=False, json=body)
        if told and not self.token:
            self.token = told["token"]

    def upload(self) -> None:
        """Announce, send to the store, complete; as a client does, complete again while that is refused for now."""
        data = picture()
        session = self._open(data)
        if session is None or not self._sent(session, data):
            return
        path = f"{API}/upload-sessions/{session['id']}/complete/"
        for _ in range(40):
            if told := self.ask("complete", "POST", path, json={}):
                self.acknowledged[told["id"]] = sha256(data).digest()
                return
            if self.answers[-1].status not in (BROKEN, 503) and not self._is_pending(path):
                return
            if self._over.wait(0.5):
                return

    def _is_pending(self, path: str) -> bool:
        last = next((each for each in reversed(self.answers) if each.name == "complete"), None)
        return last is not None and last.status in (BROKEN, 503)

    def upload_form(self) -> None:
        data = picture()
        fields = {"type": "IMAGE", "file": ("form.jpg", data, "image/jpeg")}
        if told := self.ask("form", "POST", f"{API}/uploads/", fields=fields):
            self.acknowledged[told["id"]] = sha256(data).digest()

    def abort(self) -> None:
        data = picture()
        session = self._open(data)
        if session and self._sent(session, data):
            self.ask("abort", "DELETE", f"{API}/upload-sessions/{session['id']}/")

    def _open(self, data: bytes) -> dict[str, Any] | None:
        body = {"type": "IMAGE", "filename": "drill.jpg", "content_type": "image/jpeg", "size": len(data)}
        return self.ask("session", "POST", f"{API}/upload-sessions/", json=body)

    def _sent(self, session: dict[str, Any], data: bytes) -> bool:
        put = self._pool.request("PUT", session["url"], body=data, headers=session["headers"], timeout=30)
        return put.status == 200

    def lost(self) -> list[str]:
        """Acknowledged uploads whose bytes do not come back as they were sent."""
        return [pk for pk, digest in list(self.acknowledged.items()) if self._digest_of(pk) != digest]

    def undrawn(self) -> list[str]:
        """Acknowledged uploads that background work has made no picture of."""
        return [pk for pk in list(self.acknowledged) if not self._row(pk).get("thumbnail_url")]

    def is_ready(self) -> bool:
        return self._pool.request("GET", f"{self.url}/readyz", timeout=30).json()["status"] == "ready"

    def _row(self, pk: str) -> dict[str, Any]:
        headers = {"Authorization": f"Token {self.token}"}
        answer = self._pool.request("GET", f"{self.url}{API}/uploads/{pk}/", headers=headers, timeout=30)
        return answer.json() if answer.status == 200 else {}

    def _digest_of(self, pk: str) -> bytes | None:
        url = self._row(pk).get("url")
        if url is None:
            return None
        headers = {"Authorization": f"Token {self.token}"}
        handed = self._pool.request("GET", url, headers=headers, timeout=30, redirect=False)
        if handed.status == 302:
            handed = self._pool.request("GET", handed.headers["Location"], timeout=30)
        return sha256(handed.data).digest() if handed.status == 200 else None


def picture() -> bytes:
    """A small picture with unique bytes."""
    out = io.BytesIO()
    Image.new("RGB", (32, 24), tuple(uuid4().bytes[:3])).save(out, "JPEG", comment=uuid4().bytes)
    return out.getvalue()
