"""Handlers for one test."""

import pytest

from uploads import jobs
from uploads.jobs import registry


@pytest.fixture
def make_handler(monkeypatch):
    """Register a handler for one test; returns a function (kind, work, **options)."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    monkeypatch.setattr(registry, "_periods", {})
    return lambda kind, work, **options: jobs.handler(kind, **options)(work)
