"""What operators and load balancers are told."""

from threading import Event
from time import monotonic

import pytest
from django.db import OperationalError

from common.resilience import readiness
from common.resilience.readiness import Probe
from uploads.api import health
from uploads.jobs.liveness import WorkerHeartbeat
from uploads.storage.contract import StoreUnavailable

pytestmark = pytest.mark.django_db(transaction=True)  # parts are asked by threads, over connections of their own


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Probes that nothing was asked yet."""
    monkeypatch.setattr(health, "PROBES", [Probe(name, ask) for name, ask in health.PARTS.items()])


@pytest.fixture
def worker():
    signs = WorkerHeartbeat()
    signs._write()
    yield
    signs._remove()


def replace(monkeypatch, part, ask):
    asks = health.PARTS | {part: ask}
    monkeypatch.setattr(health, "PROBES", [Probe(name, each) for name, each in asks.items()])


def test_a_live_process_says_so_without_touching_anything(api, django_assert_num_queries, stores):
    with django_assert_num_queries(0):
        answer = api.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert not list(stores.rglob("*"))


def test_everything_answers(api, worker):
    answer = api.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "parts": {"database": "ok", "storage": "ok", "redis": "ok", "worker": "ok"},
        "failing": [],
        "degraded": [],
    }


# FA-C10
def test_it_tells_that_no_worker_is_running(api):
    answer = api.get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["degraded"]) == (200, "degraded", ["worker"])


# FA-C1 FA-C2
@pytest.mark.parametrize(
    ("part", "status", "named"),
    [("database", 503, "failing"), ("storage", 200, "degraded"), ("redis", 200, "degraded")],
)
@pytest.mark.parametrize("error", [OperationalError("at 10.1.2.3"), StoreUnavailable("secret"), OSError("disk")])
def test_only_what_nothing_works_without_makes_it_unready(api, worker, monkeypatch, part, status, named, error):
    def fail():
        raise error

    replace(monkeypatch, part, fail)
    answer = api.get("/readyz")
    assert answer.status_code == status
    assert answer.json()[named] == [part]
    assert str(error) not in answer.content.decode()


# FA-C13
@pytest.mark.parametrize("part", list(health.PARTS))
def test_a_silent_part_is_waited_for_briefly_and_by_one_thread(api, worker, monkeypatch, part):
    asked, go_on = [], Event()
    replace(monkeypatch, part, lambda: asked.append(1) or go_on.wait(10))
    monkeypatch.setattr(readiness, "PATIENCE", 0.5)
    began = monotonic()
    for _ in range(5):
        assert api.get("/readyz").json()["parts"][part] == "failing"
    assert monotonic() - began < 5
    assert asked == [1]
    go_on.set()
    monkeypatch.setattr(readiness, "FRESH", 0)
    monkeypatch.setattr(readiness, "PATIENCE", 5)
    assert api.get("/readyz").json()["parts"][part] == "ok"


def test_an_answer_holds_for_a_moment(api, worker, monkeypatch):
    asked = []
    monkeypatch.setattr(readiness, "FRESH", 60)
    replace(monkeypatch, "redis", lambda: asked.append(1))
    for _ in range(3):
        assert api.get("/readyz").status_code == 200
    assert asked == [1]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_never_cached(api, path):
    assert "no-store" in api.get(path)["Cache-Control"]
    assert api.head(path).status_code == 200
    assert api.post(path).status_code == 405
