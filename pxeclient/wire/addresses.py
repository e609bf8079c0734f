"""Hardware and network addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address

_MAC_TEXT = re.compile(r"(?i)[0-9a-f]{2}(?P<sep>[:-])[0-9a-f]{2}((?P=sep)[0-9a-f]{2}){4}")


class Mac(bytes):
    """An Ethernet address: six octets, written ``52:54:00:12:34:56``."""

    __slots__ = ()

    def __new__(cls, octets: bytes) -> Mac:
        """Take exactly six octets.

        Raises:
            ValueError: There are more or fewer.
        """
        if len(octets) != 6:
            raise ValueError(f"a MAC address has 6 octets, not {len(octets)}")
        return super().__new__(cls, octets)

    @classmethod
    def from_text(cls, text: str) -> Mac:
        """Read ``52:54:00:12:34:56`` or ``52-54-00-12-34-56``.

        Raises:
            ValueError: The text is something else.
        """
        if not _MAC_TEXT.fullmatch(text):
            raise ValueError(f"{text!r} is not a MAC address like 52:54:00:12:34:56")
        return cls(bytes.fromhex(text.replace(":", "").replace("-", "")))

    @classmethod
    def of_station(cls, text: str) -> Mac:
        """Read an address that a station can have: that of no group, and not all zeros.

        Raises:
            ValueError: The text is something else.
        """
        found = cls.from_text(text)
        if found.is_group or not any(found):
            raise ValueError(f"{found} is no station's address")
        return found

    @property
    def is_group(self) -> bool:
        """Multicast or broadcast: the lowest bit of the first octet is set."""
        return bool(self[0] & 1)

    def __str__(self) -> str:
        return self.hex(":")

    def __repr__(self) -> str:
        return f"Mac({str(self)!r})"


def mac(octets: bytes) -> Mac:
    """The address with these six octets, of which there are six: nobody counts them."""
    return bytes.__new__(Mac, octets)


BROADCAST_MAC = Mac(b"\xff" * 6)
ZERO_MAC = Mac(bytes(6))


@lru_cache(maxsize=4096)
def ipv4(octets: bytes) -> IPv4Address:
    """The address with these four octets; a boot meets the same few over and over.

    Raises:
        ValueError: There are not four.
    """
    return IPv4Address(octets)


def dotted(address: IPv4Address) -> str:
    """The address as text, ``10.77.0.1``; several times as fast as `str`."""
    return _dotted(int(address))


@lru_cache(maxsize=4096)
def _dotted(number: int) -> str:
    return ".".join(map(str, number.to_bytes(4, "big")))


ANY = IPv4Address("0.0.0.0")
BROADCAST = IPv4Address("255.255.255.255")


def multicast_mac(group: IPv4Address) -> Mac:
    """The Ethernet group that carries an IPv4 multicast address (RFC 1112 §6.4)."""
    low = int(group) & 0x7FFFFF
    return Mac(b"\x01\x00\x5e" + low.to_bytes(3, "big"))
