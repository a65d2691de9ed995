"""Kubernetes' IP addresses and CIDR ranges: `cidr('10.0.0.0/8').containsIP('10.1.2.3')`.

IPv4 addresses mapped into IPv6 are refused in every spelling, as in Kubernetes and cel-go.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from gitops_guard.cel.errors import ErrorKind, failure
from gitops_guard.cel.library import Library
from gitops_guard.cel.values import name_type

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

library: Final = Library("network")

_BITS: Final = {4: 32, 6: 128}
_MAX_LENGTH: Final = 64


class IP(NamedTuple):
    """An address. `family` is 4 or 6."""

    family: int
    number: int

    def address(self) -> IPv4Address | IPv6Address:
        """The same for `ipaddress`, which knows what kinds of addresses there are, and how they are written."""
        from ipaddress import IPv4Address, IPv6Address

        return IPv4Address(self.number) if self.family == 4 else IPv6Address(self.number)


class CIDR(NamedTuple):
    """A range: an address in it, and the length of its prefix."""

    ip: IP
    prefix: int

    @property
    def masked(self) -> CIDR:
        """The range with its first address."""
        spare = _BITS[self.ip.family] - self.prefix
        return CIDR(IP(self.ip.family, self.ip.number >> spare << spare), self.prefix)

    def holds(self, other: CIDR) -> bool:
        """Whether all addresses of the other range are in this one."""
        same_family = self.ip.family == other.ip.family
        return same_family and other.prefix >= self.prefix and CIDR(other.ip, self.prefix).masked == self.masked


name_type(IP, "net.IP")
name_type(CIDR, "net.CIDR")


def parse_ip(text: str) -> IP | None:
    """The address that a text stands for; None where it is none that Kubernetes takes (zones, mapped IPv4)."""
    from ipaddress import ip_address

    if len(text) > _MAX_LENGTH or "%" in text:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if address.version == 6 and address.ipv4_mapped is not None:
        return None
    return IP(address.version, int(address))


def parse_cidr(text: str) -> CIDR | None:
    """The range that a text stands for, or None."""
    address, _, length = text.rpartition("/")
    ip = parse_ip(address)
    if ip is None or not (length.isascii() and length.isdigit()) or (length[0] == "0" and length != "0"):
        return None
    return CIDR(ip, int(length)) if len(length) <= 3 and int(length) <= _BITS[ip.family] else None


@library.function("ip", str)
def _ip(text: str) -> IP:
    parsed = parse_ip(text)
    if parsed is None:
        raise failure(ErrorKind.CONVERSION, f"not an IP address: {text[:60]!r}")
    return parsed


@library.function("cidr", str)
def _cidr(text: str) -> CIDR:
    parsed = parse_cidr(text)
    if parsed is None:
        raise failure(ErrorKind.CONVERSION, f"not a CIDR range: {text[:60]!r}")
    return parsed


@library.function("isIP", str)
def _is_ip(text: str) -> bool:
    return parse_ip(text) is not None


@library.function("isCIDR", str)
def _is_cidr(text: str) -> bool:
    return parse_cidr(text) is not None


@library.function("ip.isCanonical", str)
def _is_canonical(text: str) -> bool:
    """Whether the address is written as it would be printed."""
    return str(_ip(text).address()) == text


@library.function("string", IP)
def _text_of_ip(ip: IP) -> str:
    return str(ip.address())


@library.function("string", CIDR)
def _text_of_cidr(cidr: CIDR) -> str:
    return f"{cidr.ip.address()}/{cidr.prefix}"


@library.method("family", IP)
def _family(ip: IP) -> int:
    return ip.family


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    """As Go has it: private addresses are global unicast addresses."""
    return not (
        address.is_unspecified
        or address.is_loopback
        or address.is_multicast
        or address.is_link_local
        or str(address) == "255.255.255.255"
    )


def _is_link_local_multicast(address: IPv4Address | IPv6Address) -> bool:
    number = int(address)
    return number >> 8 == 0xE00000 if address.version == 4 else number >> 112 in _LINK_LOCAL_MULTICAST


_LINK_LOCAL_MULTICAST: Final = frozenset(0xFF02 | flags << 4 for flags in range(16))

_KINDS: Final[dict[str, Callable[[IPv4Address | IPv6Address], bool]]] = {
    "isUnspecified": lambda address: address.is_unspecified,
    "isLoopback": lambda address: address.is_loopback,
    "isLinkLocalUnicast": lambda address: address.is_link_local,
    "isLinkLocalMulticast": _is_link_local_multicast,
    "isGlobalUnicast": _is_global,
}


def _declare_kind(name: str, test: Callable[[IPv4Address | IPv6Address], bool]) -> None:
    @library.method(name, IP)
    def is_kind(ip: IP) -> bool:
        return test(ip.address())


for _name, _test in _KINDS.items():
    _declare_kind(_name, _test)


@library.method("containsIP", CIDR, IP)
def _contains_ip(cidr: CIDR, ip: IP) -> bool:
    return cidr.holds(CIDR(ip, _BITS[ip.family]))


@library.method("containsIP", CIDR, str)
def _contains_ip_text(cidr: CIDR, text: str) -> bool:
    return _contains_ip(cidr, _ip(text))


@library.method("containsCIDR", CIDR, CIDR)
def _contains_cidr(cidr: CIDR, other: CIDR) -> bool:
    return cidr.holds(other)


@library.method("containsCIDR", CIDR, str)
def _contains_cidr_text(cidr: CIDR, text: str) -> bool:
    return cidr.holds(_cidr(text))


@library.method("ip", CIDR)
def _ip_of_cidr(cidr: CIDR) -> IP:
    return cidr.ip


@library.method("masked", CIDR)
def _masked(cidr: CIDR) -> CIDR:
    return cidr.masked


@library.method("prefixLength", CIDR)
def _prefix_length(cidr: CIDR) -> int:
    return cidr.prefix
