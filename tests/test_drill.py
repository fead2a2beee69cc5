"""The drill beside failing neighbours: what it holds them to, and a short run of it where it is asked for."""

import socket
from contextlib import closing
from time import monotonic, sleep

import pytest

from tests.drill.load import BROKEN, Answer
from tests.drill.verdicts import judge, table
from tests.fault_proxy import PASS, SILENT, SLOW, STOPPED, FaultProxy


@pytest.fixture
def echo():
    """A server that says back what it hears, once for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def asked(proxy, echo, *, patience=2.0):
    """What comes back through the proxy, and after how long."""
    began = monotonic()
    with closing(socket.create_connection(("127.0.0.1", proxy.port), patience)) as client:
        client.sendall(b"hello")
        server, _ = echo.accept()
        with server:
            server.sendall(server.recv(5))
            return client.recv(5), monotonic() - began


def test_the_proxy_passes_what_it_is_given(echo):
    with FaultProxy(echo.getsockname()[1]) as proxy:
        assert asked(proxy, echo)[0] == b"hello"


def test_a_slow_proxy_is_late(echo):
    with FaultProxy(echo.getsockname()[1], delay=0.2) as proxy:
        proxy.set(SLOW)
        assert asked(proxy, echo)[1] > 0.2


def test_a_silent_proxy_takes_connections_and_answers_when_it_passes_again(echo):
    with FaultProxy(echo.getsockname()[1]) as proxy:
        proxy.set(SILENT)
        with closing(socket.create_connection(("127.0.0.1", proxy.port), 0.1)) as client:
            client.sendall(b"hello")
            with pytest.raises(TimeoutError):
                client.recv(5)
            proxy.set(PASS)
            server, _ = echo.accept()
            with server:
                assert server.recv(5) == b"hello"


def test_a_silent_proxy_forgets_who_hung_up(echo):
    with FaultProxy(echo.getsockname()[1]) as proxy:
        proxy.set(SILENT)
        with closing(socket.create_connection(("127.0.0.1", proxy.port), 1)) as client:
            client.sendall(b"lost")
            sleep(0.1)
        proxy.set(PASS)
        assert asked(proxy, echo)[0] == b"hello"


def test_a_stopped_proxy_refuses_and_comes_back_under_the_same_port(echo):
    with FaultProxy(echo.getsockname()[1]) as proxy:
        proxy.set(STOPPED)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", proxy.port), 1)
        proxy.set(PASS)
        assert asked(proxy, echo)[0] == b"hello"


def good(name="list", *, asked=0.0, came=0.1):
    return Answer(name, 200, asked, came)


HEALTHY = [good("healthz"), good("healthz", asked=10, came=10.1), good(), good(asked=10, came=10.2)]


def test_a_fault_that_stopped_nothing_holds():
    verdict = judge("S3", "silent", [*HEALTHY, Answer("list", 503, 5, 9)], returned_at=10, usual={})
    assert verdict.faults == []
    assert (verdict.refused, round(verdict.good_again, 1)) == (1, 0.2)
    assert "| S3 | silent | 5 | 1 | 4.0 s | 0.1 s | 0.2 s | holds |" in table([verdict])


def test_what_always_takes_long_on_a_busy_machine_may_do_so_afterwards():
    late = [*HEALTHY, Answer("sign-in", 200, 12, 18)]
    assert judge("S3", "silent", late, returned_at=10, usual={"sign-in": 4.0}).faults == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer("list", 500, 5, 6), "500 to list"),
        (Answer("form", BROKEN, 5, 6), "no answer to form"),
        (Answer("list", 503, 5, 21), "list took 16.0 s"),
        (Answer("healthz", 200, 5, 6.5), "healthz was slow"),
        (Answer("detail", 200, 15, 16), "detail only after 6.0 s"),
    ],
)
def test_what_does_not_hold_is_named(answer, said):
    verdict = judge("S3", "silent", [*HEALTHY, answer], returned_at=10, usual={})
    assert any(said in fault for fault in verdict.faults), verdict.faults


# FA-C1 FA-C2 FA-C13
@pytest.mark.drill
def test_no_neighbour_that_fails_stops_anything_or_loses_an_upload():
    from tests.drill.__main__ import main

    assert main(["--seconds", "3"]) == 0
