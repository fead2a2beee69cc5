"""What Prometheus reads: who may, requests by route, calls of stores, the queue."""

import re
from datetime import timedelta
from ipaddress import ip_network

import pytest
import yaml
from django.conf import settings as project
from django.db import DatabaseError
from django.utils import timezone

from tests.factories import client_for
from tests.web_server import served
from uploads import jobs
from uploads.choices import Lane
from uploads.models import Job

TOKEN = {"Authorization": "Bearer scrape-me"}


@pytest.fixture
def watched(settings, db):
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "scrape-me", []
    return settings


def metrics(client, **labels):
    """All samples that a scrape returns, by name and labels as they are written."""
    answer = client.get("/metrics", headers=TOKEN)
    assert answer.status_code == 200, answer.content
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_metrics_are_off_unless_a_token_or_a_network_is_set(settings, db):
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", []
    assert client_for().get("/metrics", headers=TOKEN).status_code == 404


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer other"}, {"Authorization": "Token scrape-me"}])
def test_a_caller_without_the_token_is_refused(watched, header):
    assert client_for().get("/metrics", headers=header).status_code == 403


@pytest.mark.parametrize(("address", "status"), [("10.1.2.3", 200), ("::ffff:10.1.2.3", 200), ("192.0.2.1", 403)])
def test_an_allowed_network_needs_no_token(watched, address, status):
    watched.METRICS_NETWORKS = [ip_network("10.0.0.0/8")]
    assert client_for().get("/metrics", REMOTE_ADDR=address).status_code == status


def test_requests_are_counted_by_route_and_status_and_never_by_address(watched, api):
    name = 'media_library_http_requests_total{method="GET",route="healthz",status="200"}'
    before = metrics(api).get(name, 0)
    api.get("/healthz")
    api.get("/healthz")
    api.get("/made-up-address")
    found = metrics(api)

    assert found[name] == before + 2
    assert found['media_library_http_requests_total{method="GET",route="unknown",status="404"}'] >= 1
    assert not [each for each in found if "made-up-address" in each]


def test_the_queue_is_shown_by_lane(watched, api):
    for number in range(3):
        jobs.submit("transcode", subject=str(number), lane=Lane.LONG)
    Job.objects.update(run_after=timezone.now() - timedelta(seconds=90))
    jobs.submit("transcode", subject="later", run_after=timezone.now() + timedelta(hours=1), lane=Lane.LONG)
    found = metrics(api)

    assert found['media_library_jobs_waiting{lane="long"}'] == 3
    assert found['media_library_jobs_waiting{lane="interactive"}'] == 0
    assert 89 < found['media_library_jobs_oldest_seconds{lane="long"}'] < 200
    assert found['media_library_jobs{state="queued"}'] == 4
    assert found["media_library_workers"] == 0
    assert found["media_library_database_up"] == 1


def test_a_scrape_says_that_the_database_is_down(watched, api, monkeypatch):
    def fail():
        raise DatabaseError

    monkeypatch.setattr("uploads.stats.operation._queue", fail)
    found = metrics(api)

    assert found["media_library_database_up"] == 0
    assert not [each for each in found if "jobs" in each]


def test_a_refusal_of_a_throttle_is_counted(watched, throttled, api, organization):
    name = 'media_library_throttled_requests_total{scope="anonymous"}'
    before = metrics(api).get(name, 0)
    throttled(anonymous="1/h")
    assert [api.get("/api/v1/uploads/").status_code for _ in range(3)] == [200, 429, 429]

    assert metrics(api)[name] == before + 2


@pytest.mark.s3
def test_calls_of_a_store_are_counted_and_a_missing_object_is_no_error(watched, api, s3_stores):
    from uploads.storage import store

    ok = 'media_library_store_calls_total{operation="HeadObject",result="ok"}'
    before = metrics(api).get(ok, 0)
    assert store("media").stat("missing") is None
    found = metrics(api)

    assert found[ok] == before + 1
    assert found['media_library_store_call_seconds_count{operation="HeadObject"}'] >= 1


def test_several_web_processes_are_added_up(tmp_path):
    name = 'media_library_http_requests_total{method="GET",route="api/v1/me/",status="401"}'
    with served(tmp_path, WEB_WORKERS="2", METRICS_TOKEN="scrape-me", DEBUG="0") as server:
        for _ in range(12):  # each connection goes to any of the processes
            with server.connection() as connection:
                connection.request("GET", "/api/v1/me/")
                assert connection.getresponse().status == 401
        with server.connection() as connection:
            connection.request("GET", "/metrics", headers=TOKEN)
            text = connection.getresponse().read().decode()
    assert f"{name} 12.0" in text.splitlines()


def test_alerts_name_metrics_that_exist(watched, api, organization):
    rules = yaml.safe_load((project.BASE_DIR / "deploy/prometheus-alerts.yml").read_text())["groups"][0]["rules"]
    text = client_for().get("/metrics", headers=TOKEN).content.decode()
    told = set(re.findall(r"# TYPE (\S+)", text))
    named = {name for rule in rules for name in re.findall(r"media_library_\w+", rule["expr"])}

    assert len(named) >= 6
    assert named <= told
