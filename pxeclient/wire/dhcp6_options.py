"""What DHCPv6 options say: addresses, status, classes, boot file parameters, identifiers.

Each function takes an option's data and raises `WireError` where that does not fit its form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import NamedTuple
from uuid import UUID

from pxeclient.wire import dhcp6
from pxeclient.wire.addresses import Mac
from pxeclient.wire.errors import WireError

NAMES = {
    1: "client identifier",
    2: "server identifier",
    3: "IA_NA",
    4: "IA_TA",
    5: "IA address",
    6: "option request",
    7: "preference",
    8: "elapsed time",
    9: "relay message",
    12: "server unicast",
    13: "status",
    14: "rapid commit",
    15: "user class",
    16: "vendor class",
    17: "vendor options",
    18: "interface id",
    23: "DNS servers",
    24: "domain search list",
    25: "IA_PD",
    39: "client FQDN",
    59: "boot file URL",
    60: "boot file parameters",
    61: "client architecture",
    62: "network interface identifier",
    79: "client link-layer address",
}
STATUS_NAMES = {
    0: "Success",
    1: "UnspecFail",
    2: "NoAddrsAvail",
    3: "NoBinding",
    4: "NotOnLink",
    5: "UseMulticast",
    6: "NoPrefixAvail",
}
"""RFC 8415 §21.13."""
SUCCESS = 0
INTEL = 343
"""The enterprise number of option 16 in PXE (UEFI 2.10, §24.3.7; Intel's)."""


class Lease(NamedTuple):
    """An address that is assigned, or asked for (§21.6)."""

    address: IPv6Address
    preferred: int
    """Seconds; 0xffffffff is for ever."""
    valid: int


class Status(NamedTuple):
    """How it went (§21.13)."""

    code: int
    text: bytes

    @property
    def name(self) -> str:
        """Such as ``NoAddrsAvail``."""
        return STATUS_NAMES.get(self.code, f"status {self.code}")


@dataclass(frozen=True, slots=True)
class Association:
    """An IA_NA (§21.4)."""

    iaid: int
    t1: int
    t2: int
    leases: tuple[Lease, ...] = ()
    status: Status | None = None


class VendorClass(NamedTuple):
    """Option 16 (§21.16)."""

    enterprise: int
    items: tuple[bytes, ...]

    @property
    def text(self) -> bytes:
        """The first item; empty where there is none."""
        return self.items[0] if self.items else b""


def association(data: bytes) -> Association:
    """An IA_NA.

    Raises:
        WireError: It is cut off, or an option in it does not fit.
    """
    if len(data) < 12:
        raise WireError(f"DHCPv6: an IA_NA of {len(data)} octets, it has at least 12")
    iaid, t1, t2 = (int.from_bytes(data[at : at + 4], "big") for at in (0, 4, 8))
    inner = dhcp6.parse_options(data, 12)
    leases = tuple(lease(one.data) for one in inner if one.code == dhcp6.IA_ADDRESS)
    told = dhcp6.first(inner, dhcp6.STATUS)
    return Association(iaid, t1, t2, leases, None if told is None else status(told))


def build_association(one: Association) -> bytes:
    """Its data."""
    inner = [
        dhcp6.Option(
            dhcp6.IA_ADDRESS,
            each.address.packed + each.preferred.to_bytes(4, "big") + each.valid.to_bytes(4, "big"),
        )
        for each in one.leases
    ]
    if one.status is not None:
        inner.append(dhcp6.Option(dhcp6.STATUS, build_status(one.status)))
    head = b"".join(number.to_bytes(4, "big") for number in (one.iaid, one.t1, one.t2))
    return head + dhcp6.build_options(tuple(inner))


def lease(data: bytes) -> Lease:
    """An IA address. Options in it are passed over.

    Raises:
        WireError: It is cut off.
    """
    if len(data) < 24:
        raise WireError(f"DHCPv6: an IA address of {len(data)} octets, it has at least 24")
    times = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    return Lease(IPv6Address(data[:16]), *times)


def status(data: bytes) -> Status:
    """A status code.

    Raises:
        WireError: It is cut off.
    """
    if len(data) < 2:
        raise WireError(f"DHCPv6: a status of {len(data)} octets, it has at least 2")
    return Status(int.from_bytes(data[:2], "big"), data[2:])


def build_status(one: Status) -> bytes:
    """Its data."""
    return one.code.to_bytes(2, "big") + one.text


def strings(data: bytes, what: str = "a list of strings") -> tuple[bytes, ...]:
    """Strings that each come after their length in 16 bits: option 15, 60, and 16's from octet 4.

    Raises:
        WireError: The lengths do not fit: often it is plain text without any.
    """
    found, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + size > len(data):
            left = len(data) - at
            raise WireError(
                f"DHCPv6: {what}: a length of {size} at octet {at}, {max(left - 2, 0)} are left"
            )
        found.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return tuple(found)


def build_strings(items: Iterable[bytes]) -> bytes:
    """Their data.

    Raises:
        WireError: One is too long.
    """
    found = tuple(items)
    if any(len(one) > 0xFFFF for one in found):
        raise WireError("DHCPv6: a string of more than 65535 octets")
    return b"".join(len(one).to_bytes(2, "big") + one for one in found)


def vendor_class(data: bytes) -> VendorClass:
    """Option 16.

    Raises:
        WireError: It is cut off, or its lengths do not fit.
    """
    if len(data) < 4:
        raise WireError(f"DHCPv6: a vendor class of {len(data)} octets, it has at least 4")
    return VendorClass(int.from_bytes(data[:4], "big"), strings(data[4:], "a vendor class"))


def build_vendor_class(one: VendorClass) -> bytes:
    """Its data."""
    return one.enterprise.to_bytes(4, "big") + build_strings(one.items)


def vendor_options(data: bytes) -> tuple[int, tuple[dhcp6.Option, ...]]:
    """Option 17: the enterprise number, and its options (§21.17).

    Raises:
        WireError: It is cut off, or an option in it does not fit.
    """
    if len(data) < 4:
        raise WireError(f"DHCPv6: vendor options of {len(data)} octets, they have at least 4")
    return int.from_bytes(data[:4], "big"), dhcp6.parse_options(data, 4)


def addresses(data: bytes) -> tuple[IPv6Address, ...]:
    """Option 12 and 23.

    Raises:
        WireError: They are no whole addresses.
    """
    if len(data) % 16:
        raise WireError(f"DHCPv6: {len(data)} octets are no whole number of addresses")
    return tuple(IPv6Address(data[at : at + 16]) for at in range(0, len(data), 16))


def numbers(data: bytes) -> tuple[int, ...]:
    """Option 6 and 61: numbers of 16 bits.

    Raises:
        WireError: A number is cut off.
    """
    if len(data) % 2:
        raise WireError(f"DHCPv6: {len(data)} octets are no whole number of 16-bit values")
    return tuple(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))


def names(data: bytes) -> tuple[bytes, ...]:
    """Option 24: domain names, each in DNS's labels without pointers (RFC 8415 §10).

    Raises:
        WireError: A label does not fit.
    """
    found: list[bytes] = []
    labels: list[bytes] = []
    at = 0
    while at < len(data):
        size = data[at]
        if size > 63 or at + 1 + size > len(data):
            raise WireError(f"DHCPv6: a label of {size} octets at octet {at} of a domain list")
        if size:
            labels.append(data[at + 1 : at + 1 + size])
        else:
            found.append(b".".join(labels))
            labels = []
        at += 1 + size
    if labels:
        raise WireError("DHCPv6: a domain list that ends within a name")
    return tuple(found)


def link_layer(data: bytes) -> Mac | None:
    """Option 79 (RFC 6939): the client's MAC address; None for other hardware than Ethernet.

    Raises:
        WireError: It is cut off.
    """
    if len(data) < 2:
        raise WireError(f"DHCPv6: a link-layer address of {len(data)} octets")
    return Mac(data[2:]) if data[:2] == b"\0\1" and len(data) == 8 else None


def duid_mac(data: bytes) -> Mac | None:
    """The MAC address in an identifier that is made of one (DUID-LLT, DUID-LL; §11.2, §11.4)."""
    kind, hardware = data[:2], data[2:4]
    if hardware != b"\0\1":
        return None
    if kind == b"\0\1" and len(data) == 14:
        return Mac(data[8:14])
    return Mac(data[4:10]) if kind == b"\0\3" and len(data) == 10 else None


def duid_words(data: bytes) -> str:
    """An identifier in words, such as ``DUID-LL 52:54:00:aa:00:01``; safe to print."""
    kind = int.from_bytes(data[:2], "big") if len(data) >= 2 else 0
    mac = duid_mac(data)
    if kind == 4 and len(data) == 18:
        return f"DUID-UUID {UUID(bytes=data[2:])}"
    if mac is not None:
        return f"DUID-{'LLT' if kind == 1 else 'LL'} {mac}"
    if kind == 2 and len(data) >= 6:
        return f"DUID-EN {int.from_bytes(data[2:6], 'big')} {data[6:].hex()}"
    return f"DUID {data.hex()}" if data else "an empty DUID"
