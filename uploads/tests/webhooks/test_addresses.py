"""Whom we call: nobody in our own network, whatever is written or resolved, and nobody under a false name."""

import socket
import ssl
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhook_receiver import make_certificate, receiving
from uploads.webhooks import transport
from uploads.webhooks.addresses import AddressRefused, addresses_of, target_of
from uploads.webhooks.transport import post

PRIVATE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "100.100.100.200"),
    *("169.254.169.254", "168.63.129.16", "192.0.0.192", "224.0.0.1", "255.255.255.255", "198.18.0.1", "240.0.0.1"),
    *("::1", "::", "fe80::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "64:ff9b:1::a00:1", "2001:db8::1"),
    # FA-B8
    *("::ffff:0:7f00:1", "::ffff:0:5db8:d822", "::ffff:5db8:d822", "64:ff9b:1::5db8:d822", "2002:5db8:d822::1"),
    *("2001:0:5db8:d822::1", "2001:2::1", "2001:10::1", "3fff::1", "5f00::1", "100::1", "fec0::1", "fc00::1"),
    *("ff0e::1", "4000::1", "192.0.2.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "198.19.255.255"),
    *("172.31.255.255", "100.127.255.255", "239.255.255.250", "0.1.2.3"),
]
PUBLIC = ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"]


@pytest.fixture
def resolving(monkeypatch):
    """A function: let every name resolve to these addresses, one list after the other, then the last one again."""

    def resolve(*answers):
        left = list(answers)

        def getaddrinfo(host, port, *args, **kwargs):
            found = left.pop(0) if len(left) > 1 else left[0]
            return [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, port)) for one in found]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return resolve


@pytest.fixture
def connections(monkeypatch):
    """The addresses that are connected to; none of them answers."""
    made = []

    def connect(address, timeout):
        made.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


# FZ-09
@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_a_private_network_is_refused_written_out_and_resolved(address, resolving, connections):
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused):
        target_of(f"https://{host}/")
    resolving([address])
    with pytest.raises(AddressRefused):
        post("https://harmless.example.org/", b"", {})
    assert connections == []


# FZ-09
# FA-B8
@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "0177.0.0.1",
        "0x7f.1",
        "0",
        "0x7f000001.",
        "[fe80::1%25eth0]",
        "[::1%251]",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "127.0.0.1.",
        "[::1%25lo]",
    ],
)
def test_other_notations_of_an_address_are_refused_too(host, connections):
    with pytest.raises((AddressRefused, OSError)):
        post(f"https://{host}/", b"", {})
    assert connections == []


# FA-B8
@pytest.mark.parametrize(
    "host",
    [
        *(
            "a..b",
            ".a",
            "a..",
            "..",
            ".",
            "-a.org",
            "a-.org",
            "a" * 64 + ".org",
            ".".join(["a" * 49] * 6),
            "a_b%41.org",
        ),
        *(
            "a.1",
            "1.2.3.4.5",
            "1.2.3.256",
            "a.0x1",
            "a,b",
            "a*b",
            "a~b",
            "[2606:2800::1%25eth0]",
            "[v1.a]",
            "xn--.\xfc",
        ),
    ],
)
def test_a_host_name_that_nothing_can_resolve_is_refused_when_it_is_saved(host):
    with pytest.raises(AddressRefused):
        target_of(f"https://{host}/")


# FA-B8
@given(st.one_of(st.text(max_size=80), st.from_regex(r"[a-z0-9.:\[\]%@/-]{0,80}", fullmatch=True)))
def test_no_text_raises_anything_but_a_refusal_or_gives_a_name_that_cannot_be_encoded(text):
    for url in (text, f"https://{text}/", f"https://{text}"):
        with suppress(AddressRefused):
            assert target_of(url).host.encode("idna")


@pytest.mark.parametrize(
    "host", ["a.org", "a.org.", "xn--hst-sna.example", "a_b.example.org", "1a.example", "a" * 63 + ".org"]
)
def test_a_host_name_that_can_be_resolved_is_taken(host):
    assert target_of(f"https://{host}/").host == host.removesuffix(".")


# FZ-09
def test_a_name_with_one_private_address_among_public_ones_is_refused(resolving, connections):
    resolving([PUBLIC[0], "10.0.0.1"])
    with pytest.raises(AddressRefused):
        post("https://mixed.example.org/", b"", {})
    assert connections == []


# FZ-09
def test_what_was_checked_is_what_is_connected_to_though_the_name_resolves_differently_a_moment_later(
    resolving, connections
):
    resolving([PUBLIC[0]], ["127.0.0.1"])
    with pytest.raises(ConnectionRefusedError):
        post("https://rebinding.example.org/", b"", {})
    assert connections == [(PUBLIC[0], 443)]


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_out_on_the_internet_may_be_called(address, resolving):
    resolving([address])
    assert addresses_of(target_of("https://receiver.example.org/")) == [address]


# FZ-09
@pytest.mark.parametrize(
    "url",
    [
        *("", "x", "//host/", "file:///etc/passwd", "ftp://host/", "gopher://host/", "http://receiver.example.org/"),
        *("https://", "https:///path", "https://user@host/", "https://user:word@host/", "https://host/#fragment"),
        *("https://host:0/", "https://host:99999/", "https://host:x/", "https://ho st/", "https://host/\r\nX: y"),
        *("https://host/\x00", "https://hőst/", "https://[::1/", "https://host\\@127.0.0.1/", "https://h/" + "x" * 500),
        "https://host#@127.0.0.1/",
    ],
)
def test_what_is_no_plain_https_address_is_refused(url):
    with pytest.raises(AddressRefused):
        target_of(url)


def test_a_target_is_taken_apart_as_it_will_be_asked_for():
    target = target_of("https://Receiver.example.org:8443/in?a=b")
    assert (target.host, target.port, target.path) == ("receiver.example.org", 8443, "/in?a=b")
    assert target.authority == "receiver.example.org:8443"
    assert target_of("https://receiver.example.org").authority == "receiver.example.org"
    assert target_of("https://[2606:2800:220:1:248:1893:25c8:1946]/").authority.startswith("[2606:")


@pytest.fixture
def over_tls(tmp_path, monkeypatch, settings, resolving):
    """A receiver whose certificate names hooks.example.org, and whose CA is trusted; every name leads to it."""
    settings.WEBHOOK_ALLOW_PRIVATE = True
    certificate = make_certificate(tmp_path, "hooks.example.org")
    monkeypatch.setattr(transport, "tls_context", lambda: ssl.create_default_context(cafile=certificate))
    with receiving(certificate=certificate) as receiver:
        resolving(["127.0.0.1"])
        yield receiver


def test_tls_is_verified_for_the_name_although_an_address_is_connected_to(over_tls):
    url = f"https://hooks.example.org:{over_tls.port}/in"
    assert post(url, b"{}", {"X-Event": "ping"}) == 200
    assert over_tls.requests[0].headers["Host"] == f"hooks.example.org:{over_tls.port}"
    with pytest.raises(ssl.SSLCertVerificationError):
        post(f"https://other.example.org:{over_tls.port}/in", b"{}", {})
    assert len(over_tls.requests) == 1


def test_a_certificate_of_an_unknown_authority_is_not_trusted(over_tls, monkeypatch):
    monkeypatch.setattr(transport, "tls_context", ssl.create_default_context)
    with pytest.raises(ssl.SSLCertVerificationError):
        post(f"https://hooks.example.org:{over_tls.port}/in", b"{}", {})
    assert over_tls.requests == []


def test_a_second_address_is_tried_where_the_first_does_not_answer(over_tls, resolving):
    resolving(["127.0.0.2", "127.0.0.1"])
    assert post(f"https://hooks.example.org:{over_tls.port}/in", b"{}", {}) == 200


def test_proxies_of_the_environment_are_not_asked(over_tls, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert post(f"https://hooks.example.org:{over_tls.port}/in", b"{}", {}) == 200
