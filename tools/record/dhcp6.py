"""DHCPv6 messages as octets (RFC 8415 §8, §21), as far as recordings need them."""

from __future__ import annotations

from dataclasses import dataclass

NAMES = {
    1: "solicit",
    2: "advertise",
    3: "request",
    4: "confirm",
    5: "renew",
    6: "rebind",
    7: "reply",
    8: "release",
    9: "decline",
    10: "reconfigure",
    11: "inforequest",
    12: "relayforw",
    13: "relayrepl",
}
"""Message types, by the names that scenarios use."""
NUMBERS = {name: number for number, name in NAMES.items()}

CLIENT_PORT, SERVER_PORT, PROXY_PORT = 546, 547, 4011
CLIENT_ID, SERVER_ID, IA_NA, IA_ADDRESS, STATUS, VENDOR_CLASS = 1, 2, 3, 5, 13, 16
ARCHITECTURE = 61
"""Only boot clients say their architecture (RFC 5970 §3.3); an IP stack's own client does not."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message."""

    name: str
    transaction: bytes
    options: tuple[tuple[int, bytes], ...]

    def first(self, code: int) -> bytes | None:
        """The data of the first option with that code."""
        return next((data for number, data in self.options if number == code), None)


def parse(data: bytes) -> Message | None:
    """Read a message; None for what is none."""
    if len(data) < 4 or data[0] not in NAMES:
        return None
    return Message(NAMES[data[0]], data[1:4], tuple(_options(data[4:])))


def _options(area: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at + 4 <= len(area):
        code, size = (int.from_bytes(area[i : i + 2], "big") for i in (at, at + 2))
        found.append((code, area[at + 4 : at + 4 + size]))
        at += 4 + size
    return found


def option(code: int, data: bytes) -> bytes:
    """One option's octets."""
    return code.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data
