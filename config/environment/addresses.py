"""The addresses of this machine, for the message at the start and for ALLOWED_HOSTS in development."""

import socket
from contextlib import suppress

from config.environment import env

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - values of HOST
TEST_ADDRESS = ("192.0.2.1", 9)  # TEST-NET-1 of RFC 5737: nothing is sent to it


def own_names() -> list[str]:
    """Return the host names of this machine that requests may use: loopback, and the addresses that HOST listens on."""
    if env.HOST in EVERY_INTERFACE:
        return [*LOOPBACK, *(name for name in (*_addresses(), socket.gethostname().lower()) if name not in LOOPBACK)]
    return [*LOOPBACK, *([] if _bracketed(env.HOST) in LOOPBACK else [_bracketed(env.HOST)])]


def served_at() -> list[str]:
    """Return the URLs of this server, the best one first: PUBLIC_URL, or those of this machine in ALLOWED_HOSTS."""
    if env.PUBLIC_URL:
        return [env.PUBLIC_URL]
    reached = [EVERY_INTERFACE.get(env.HOST, _bracketed(env.HOST))]
    if env.HOST in EVERY_INTERFACE:
        reached += [address for address in _addresses() if address not in LOOPBACK]
    named = [host for host in env.ALLOWED_HOSTS if host[:1] not in {"*", "."}]
    allowed = [host for host in reached if not env.ALLOWED_HOSTS or host in named or "*" in env.ALLOWED_HOSTS]
    return [f"http://{host}:{env.PORT}" for host in allowed or named or reached]


def _addresses() -> list[str]:
    """Return the addresses of this machine: of its default route, and of its host name."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(TEST_ADDRESS)
        found.append(probe.getsockname()[0])
    with suppress(OSError):
        found += [entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)]
    return list(dict.fromkeys(_bracketed(str(address)) for address in found if "%" not in str(address)))


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
