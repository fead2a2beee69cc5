"""What operators and load balancers are told."""

import pytest
from django.db import OperationalError

from uploads import health
from uploads.storage.contract import StoreUnavailable

pytestmark = pytest.mark.django_db


def test_a_live_process_says_so_without_touching_anything(api, django_assert_num_queries, stores):
    with django_assert_num_queries(0):
        answer = api.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok"}
    assert not list(stores.rglob("*"))


def test_everything_answers(api):
    answer = api.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "parts": {"database": "ok", "storage": "ok", "queue": "ok"},
        "failing": [],
    }


@pytest.mark.parametrize("part", ["database", "storage", "queue"])
@pytest.mark.parametrize("error", [OperationalError("at 10.1.2.3"), StoreUnavailable("secret"), OSError("disk")])
def test_the_part_that_does_not_answer_is_named_and_no_more(api, monkeypatch, part, error):
    def fail():
        raise error

    monkeypatch.setitem(health.PARTS, part, fail)
    answer = api.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["failing"] == [part]
    assert str(error) not in answer.content.decode()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_never_cached(api, path):
    assert "no-store" in api.get(path)["Cache-Control"]
    assert api.head(path).status_code == 200
    assert api.post(path).status_code == 405
