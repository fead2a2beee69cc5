"""The addresses to which webhooks are sent: public ones, and never those of a private network, under any name."""

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

Address = IPv4Address | IPv6Address

PORTS = {"https": 443, "http": 80}
MAX_URL_LENGTH = 500
# IANA's special-purpose registries (https://www.iana.org/assignments/iana-ipv4-special-registry/), written out because
# `ipaddress.is_global` changes between releases of Python; and the address of Azure's platform services.
_RESERVED_V4 = [
    IPv4Network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
    )
]
_GLOBAL_V6 = IPv6Network("2000::/3")  # everything else is local, multicast, mapped, translated or unassigned
_RESERVED_V6 = [IPv6Network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)  # RFC 1123, and underscores, which some hosts have
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)  # resolvers read such a last label as a part of an address
MAX_HOST_LENGTH = 253  # RFC 1035, 2.3.4


class AddressRefused(Exception):
    """Webhooks are not sent to this address; the message gives the reason without details of this network."""


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed URL; `host` is written as TLS and the Host header need it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Parse `url`. Raises AddressRefused for one to which nothing is sent, as far as its text shows."""
    if len(url) > MAX_URL_LENGTH or not url.isascii() or not url.isprintable() or set(url) & set(' "<>\\^`{|}'):
        raise AddressRefused(_("This is not a valid URL."))
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused(_("This is not a valid URL.")) from None
    if parts.scheme not in (PORTS if settings.WEBHOOK_ALLOW_HTTP else ["https"]):
        raise AddressRefused(_("The URL must begin with https://."))
    if not host or parts.username is not None or parts.fragment or "#" in url or port == 0:
        raise AddressRefused(_("The URL must have a host name, and no user name or fragment."))
    if "[" in parts.netloc and ":" not in host:
        raise AddressRefused(_("This is not a valid URL."))
    host = _checked_host(host)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or PORTS[parts.scheme], path)


def addresses_of(target: Target) -> list[str]:
    """Resolve the host. Raises AddressRefused if one of its addresses is not public, OSError if it has none."""
    entries = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    for address in addresses:
        _check_address(ip_address(address.partition("%")[0]))
    return addresses


def is_public(address: Address) -> bool:
    """Tell whether `address` is on the public internet. Addresses that embed a private one are not."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _RESERVED_V4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    return address in _GLOBAL_V6 and not any(address in network for network in _RESERVED_V6)


def _check_address(address: Address) -> None:
    if not settings.WEBHOOK_ALLOW_PRIVATE and not is_public(address):
        raise AddressRefused(_("Webhooks are not sent to addresses of private networks."))


def _checked_host(host: str) -> str:
    """Return the host name without a final dot. Raises AddressRefused for one that resolvers or TLS cannot use."""
    literal = None if "%" in host else _literal(host)  # a zone names an interface of this machine
    if literal is not None:
        _check_address(literal)
        return host
    name = host.removesuffix(".")
    labels = name.split(".")
    if len(name) > MAX_HOST_LENGTH or not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]):
        raise AddressRefused(
            _("This is not a host name: each part between dots has 1 to 63 letters, digits or hyphens.")
        )
    return name


def _literal(host: str) -> Address | None:
    """Return the address that `host` writes out, in any notation of resolvers (127.1, 0x7f000001); None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        try:
            return IPv4Address(socket.inet_aton(host.removesuffix(".")))
        except OSError:
            return None
