"""Network addresses as far as one person is concerned."""

import ipaddress


def network_of(ip: str) -> str:
    """The address itself for IPv4, the /64 for IPv6, where one household has 2^64 addresses to rotate through."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
