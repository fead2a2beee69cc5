"""Networks of addresses, as the environment names them."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from environs import EnvError

Network = IPv4Network | IPv6Network


def networks_of(names: Iterable[str]) -> list[Network]:
    """Return the networks of METRICS_NETWORKS, such as 10.0.0.0/8. Raises EnvError for a text that is none."""
    try:
        return [ip_network(name.strip()) for name in names]
    except ValueError as error:
        raise EnvError(f"METRICS_NETWORKS: {error}. Write networks such as 10.0.0.0/8,fd00::/8.") from error
