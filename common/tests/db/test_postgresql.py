"""A PostgreSQL that is restarted or goes silent: what waits for it, and for how long."""

from time import monotonic, sleep

import pytest
from django.db import OperationalError, connections

from common.db.postgresql import connections as bounded
from common.db.postgresql.base import DatabaseWrapper
from common.resilience import deadlines
from common.resilience.circuit_breaker import Breaker
from tests.fault_proxy import PASS, SILENT, STOPPED, FaultProxy

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(bounded, "breaker", Breaker(probe_interval=0))
    for name, seconds in (("GRACE", 0.05), ("CHECK_PATIENCE", 0.25), ("CANCEL_PATIENCE", 0.1), ("FRESH", 0.0)):
        monkeypatch.setattr(bounded, name, seconds)


@pytest.fixture
def proxy():
    settings = connections["default"].settings_dict
    with FaultProxy(int(settings["PORT"])) as proxy:
        yield proxy


@pytest.fixture
def database(proxy):
    """A way to the test database through the proxy, as a web process has it."""
    # One try at a time: the pool's pause between two is as long as the wait here.
    pool = {"min_size": 1, "max_size": 4, "timeout": 1, "reconnect_timeout": 0.01}
    settings = connections["default"].settings_dict
    options = {**settings["OPTIONS"], "pool": pool, "connect_timeout": 2}
    settings = {**settings, "HOST": "127.0.0.1", "PORT": str(proxy.port), "OPTIONS": options, "CONN_MAX_AGE": 0}
    wrapper = DatabaseWrapper(settings, "through-a-proxy")
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def ask(database, sql="SELECT 1"):
    """One request's use of the database."""
    try:
        with database.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        database.close()


def refused(database, seconds, sql="SELECT 1"):
    """How long a request waited that was refused."""
    began = monotonic()
    with deadlines.within(seconds), pytest.raises(OperationalError):
        ask(database, sql)
    return monotonic() - began


# FA-C2
def test_a_restart_costs_no_request_a_failure(database, proxy):
    several = [DatabaseWrapper(database.settings_dict, database.alias) for _ in range(3)]
    for each in several:
        each.ensure_connection()
    for each in several:
        each.close()  # three idle connections in the pool
    proxy.restart()
    for _ in range(4):
        with deadlines.within(5):
            assert ask(database) == 1


# FA-C2
def test_a_statement_without_an_answer_ends_with_the_deadline(database, proxy):
    with deadlines.within(0.3), database.cursor() as cursor:
        proxy.set(SILENT)
        began = monotonic()
        with pytest.raises(OperationalError):
            cursor.execute("SELECT 1")
    assert monotonic() - began < 2
    proxy.set(PASS)
    database.close()
    assert ask(database) == 1


# FA-C2
def test_a_slow_statement_is_canceled_in_the_server(database, monkeypatch):
    monkeypatch.setattr(bounded, "CANCEL_PATIENCE", 5)
    assert refused(database, 0.2, "SELECT pg_sleep(30)") < 2
    running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(30)%' AND state = 'active'"
    ends = monotonic() + 5
    while ask(database, running) and monotonic() < ends:
        sleep(0.01)
    assert ask(database, running) == 0
    assert not bounded.breaker.is_open


# FA-C2
@pytest.mark.parametrize("mode", [SILENT, STOPPED])
def test_taking_a_connection_out_is_bounded_and_ends_soon_after_the_return(database, proxy, mode):
    assert ask(database) == 1
    proxy.set(mode)
    assert refused(database, 10) < 3
    proxy.set(PASS)
    with deadlines.within(5):
        assert ask(database) == 1


# FA-C2
def test_one_request_at_a_time_waits_for_a_silent_server(database, proxy):
    assert ask(database) == 1
    proxy.set(SILENT)
    waits_for_it = 0.9  # seconds, of the pool's one
    assert min(refused(database, 10) for _ in range(2)) > waits_for_it
    bounded.breaker.enter()  # one request is under way that finds out
    assert max(refused(database, 10) for _ in range(3)) < waits_for_it
    bounded.breaker.leave(silent=True)
    assert refused(database, 10) > waits_for_it


# FA-C2
def test_background_work_waits_for_as_long_as_it_takes(database):
    assert ask(database, "SELECT 1 FROM pg_sleep(0.4)") == 1


# FA-C2
def test_the_server_notices_soon_that_a_client_is_cut_off(database):
    assert [ask(database, f"SHOW tcp_keepalives_{name}") for name in ("idle", "interval", "count")] == ["10", "5", "3"]


def test_a_connection_that_just_answered_is_not_asked_again_unless_the_server_closed_it(database, proxy, monkeypatch):
    monkeypatch.setattr(bounded, "FRESH", 60)
    monkeypatch.setattr(bounded, "CHECK_PATIENCE", 5)
    for _ in range(10):  # the pool may have made several connections; each of them is asked once
        ask(database)
    asked = []
    monkeypatch.setattr(bounded.ConnectionPool, "check_connection", lambda connection: asked.append(connection))
    ask(database)
    assert not asked
    proxy.restart()
    monkeypatch.undo()
    assert ask(database) == 1
