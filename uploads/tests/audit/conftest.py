"""A small library over either store, and time that has passed."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.utils import timezone

from common.commands.locking import exclusive_lock
from tests.factories import make_member, make_upload
from uploads.audit import scan
from uploads.audit.findings import Scope
from uploads.audit.journal import journal_path
from uploads.storage import store

MOST = {"max_share": 1.0}


@pytest.fixture
def later(monkeypatch):
    """Three days have passed for every clock since anything was stored."""
    monkeypatch.setattr(scan, "earliest_now", lambda storage: timezone.now() + timedelta(days=3))


@pytest.fixture
def owner(organization):
    return make_member(organization, "Creator")


@pytest.fixture
def library(organization, owner):
    """A function: so many uploads with their bytes."""
    return lambda count=1, **fields: [
        make_upload(owner, organization, content=b"bytes", **fields) for _ in range(count)
    ]


def put(key: str, content: bytes = b"stray", storage: str = "media") -> str:
    store(storage).put(key, BytesIO(content), content_type="image/png")
    return key


def audited(**scope):
    """A plan of everything, or of `scope`."""
    return scan.audit(Scope(**scope))


def found(plan) -> set[tuple[str, str]]:
    """What a plan says: kind and key."""
    return {(finding.kind, finding.key) for finding in plan.findings()}


def keys(storage: str = "media") -> set[str]:
    return {each.key for each in store(storage).scan()}


def strays(count: int) -> set[str]:
    return {put(f"stray/{number}") for number in range(count)}


def noted(plan) -> list[tuple[str, str]]:
    lines = journal_path(plan.path).read_text().splitlines()
    return [(line["what"], line["key"]) for line in map(json.loads, lines)]


@contextmanager
def locked_elsewhere() -> Iterator[None]:
    """Another operator cleans meanwhile: another thread, which has a connection of its own."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with exclusive_lock("clean_orphans"):
            taken.set()
            done.wait(30)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()
