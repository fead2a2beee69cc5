"""The network that a request comes from, as throttles count it; never text that the client chose."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.settings import api_settings

UNKNOWN = "unknown"  # behind a Unix socket, where no proxy names the client
_IPV6_PREFIX = 64  # the smallest network of a customer, who can change single addresses


def network_of(request: HttpRequest | Request) -> str:
    """Return the IPv4 address or the IPv6 /64 that `request` comes from; see `address_of`."""
    address = address_of(request)
    if address is None:
        return UNKNOWN
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def address_of(request: HttpRequest | Request) -> IPv4Address | IPv6Address | None:
    """Return the address that `request` comes from; None behind a Unix socket where no proxy names the client.

    `X-Forwarded-For` is read only behind a proxy that is trusted (`NUM_PROXIES`), and only its last hop, which that
    proxy wrote itself; the part before it comes from the client.
    """
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if api_settings.NUM_PROXIES else []
    proxies = min(api_settings.NUM_PROXIES or 0, len(hops))
    named = _address(hops[-proxies]) if proxies else None
    return named or _address(request.META.get("REMOTE_ADDR") or "")


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an address, with or without brackets and port; an IPv4 address in IPv6 becomes the IPv4 address."""
    text = text.strip()
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    host = host.partition(":")[0] if host.count(":") == 1 else host
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
