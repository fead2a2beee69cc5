"""Which addresses may be called: not our own network, whatever a name resolves to."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address

PORTS = {"https": 443, "http": 80}
LONGEST_URL = 500
# Addresses that are reached inside a cloud although they count as public ones, and those that carry another in them.
_INTERNAL = [ip_network("168.63.129.16/32"), ip_network("192.0.0.0/24")]
_TRANSLATED = [IPv6Network("::/96"), IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48")]


class Refused(Exception):
    """This is not called, and the message says why in words that tell nothing of our network."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL, taken apart; `host` is as TLS and the Host header want it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Take `url` apart. Raises Refused where nobody should be called by it, as far as can be told from its text."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise Refused("This is not an address.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("This is not an address.") from None
    if parts.scheme not in (PORTS if settings.WEBHOOK_ALLOW_HTTP else ["https"]):
        raise Refused("The address must begin with https://.")
    if not host or parts.username is not None or parts.fragment or "#" in url or port == 0:
        raise Refused("The address has a host name, and neither user name nor fragment.")
    _check_literal(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def addresses_of(target: Target) -> list[str]:
    """Resolve the host. Raises Refused where any of its addresses is not a public one, OSError where it has none."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not all(may_be_called(ip_address(address.partition("%")[0])) for address in addresses):
        raise Refused("Addresses of private networks are not called.")
    return addresses


def may_be_called(address: Address) -> bool:
    """Tell whether an address is out on the internet; with WEBHOOK_ALLOW_PRIVATE any may be."""
    return settings.WEBHOOK_ALLOW_PRIVATE or all(_is_public(one) for one in (address, *_inside(address)))


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not any(address in network for network in _INTERNAL)


def _inside(address: Address) -> list[Address]:
    """The IPv4 addresses that an IPv6 one leads to."""
    if isinstance(address, IPv4Address):
        return []
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if any(address in network for network in _TRANSLATED):
        carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [one for one in carried if one is not None]


def _check_literal(host: str) -> None:
    """Refuse an address written out, in any notation that resolvers understand (127.1, 0x7f000001, 2130706433)."""
    try:
        address: Address = ip_address(host.partition("%")[0])
    except ValueError:
        try:
            address = IPv4Address(socket.inet_aton(host))
        except OSError:
            return
    if not may_be_called(address):
        raise Refused("Addresses of private networks are not called.")
