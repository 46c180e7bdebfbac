"""Keyed hashes of where somebody comes from. They can be compared with each other and lead back to nothing."""

import ipaddress
import unicodedata

from common.crypto import keyed_hash

# So many hex digits name a device or an address in a case: enough to tell them apart, too few to look one up.
SHOWN = 12
HOUSEHOLD_V4, HOUSEHOLD_V6 = 24, 56


def device_hash(token: str) -> str:
    """Of the random token in a browser's cookie; empty without one."""
    return keyed_hash(token, purpose="device") if token else ""


def network_hash(ip: str) -> str:
    """Of the /24 or /56 an address is in: neighbours of one line, not one machine."""
    return keyed_hash(_network_of(ip), purpose="network")


def address_hash(region: str, detail: str) -> str:
    """Of a door: written with other spaces, widths or marks it is the same door."""
    letters = unicodedata.normalize("NFKC", f"{region}{detail}").casefold()
    return keyed_hash("".join(letter for letter in letters if letter.isalnum()), purpose="door")


def _network_of(ip: str) -> str:
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, HOUSEHOLD_V6), strict=False))
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, HOUSEHOLD_V4), strict=False))
