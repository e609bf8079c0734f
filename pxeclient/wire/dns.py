"""DNS messages (RFC 1035 §4), as far as a boot has them: a name is asked for, addresses come.

Of records only those of the Internet class are told; of their data, addresses and names.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from pxeclient.wire.errors import WireError

PORT = 53
A, CNAME, SOA, AAAA = 1, 5, 6, 28
"""Types of records: RFC 1035 §3.2.2, RFC 3596 §2.1."""
INTERNET = 1
NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME, REFUSED = 0, 2, 3, 5
"""Answer codes (RFC 1035 §4.1.1)."""

_HEADER = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHIH")
_RESPONSE, _RECURSION_DESIRED, _TRUNCATED = 0x8000, 0x0100, 0x0200
_POINTER = 0xC0
_MOST_NAME = 255
TYPES = {A: "A", CNAME: "CNAME", SOA: "SOA", AAAA: "AAAA"}
CODES = {
    NO_ERROR: "no error", SERVER_FAILURE: "SERVFAIL", NO_SUCH_NAME: "NXDOMAIN", REFUSED: "REFUSED",
}  # fmt: skip
"""As resolvers print them."""


class Question(NamedTuple):
    """What is asked."""

    name: bytes
    """Labels with dots between them, without the dot at the end; as written, upper case too."""
    type: int


class Record(NamedTuple):
    """One record of an answer."""

    name: bytes
    type: int
    lifetime: int
    """In seconds."""
    data: bytes
    """As it is in the message; a name in it may point to elsewhere in the message."""
    target: bytes = b""
    """The name that a `CNAME` is of."""
    is_pointed: bool = True
    """Its own name is a pointer to the question's, as servers write it; EDK II's resolver takes
    no other (NetworkPkg/DnsDxe/DnsImpl.c, ParseDnsResponse)."""

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """The address that it gives, if it gives one."""
        if self.type == A and len(self.data) == 4:
            return IPv4Address(self.data)
        return IPv6Address(self.data) if self.type == AAAA and len(self.data) == 16 else None


@dataclass(frozen=True, slots=True)
class Dns:
    """A query, or an answer."""

    id: int
    questions: tuple[Question, ...]
    answers: tuple[Record, ...] = ()
    is_response: bool = False
    code: int = NO_ERROR
    """Of an answer."""
    is_recursive: bool = True
    """Recursion is desired."""
    is_truncated: bool = False
    authorities: int = 0
    """Records of its authority section; such as the SOA that says how long a name is missing."""

    @property
    def addresses(self) -> tuple[IPv4Address | IPv6Address, ...]:
        """All addresses that it gives, in their order."""
        return tuple(one.address for one in self.answers if one.address is not None)


def parse(data: bytes) -> Dns:
    """Read a message; what follows the answers is counted, not read.

    Raises:
        WireError: It ends too soon, or a name in it goes round in a circle.
    """
    if len(data) < _HEADER.size:
        raise WireError(f"DNS: {len(data)} octets, the header alone has {_HEADER.size}")
    id_, flags, questions, answers, authorities, _ = _HEADER.unpack_from(data)
    at = _HEADER.size
    asked = []
    for _ in range(questions):
        name, at = _name(data, at)
        kind, _class = struct.unpack("!HH", _part(data, at, 4, "question"))
        asked.append(Question(name, kind))
        at += 4
    found = []
    for _ in range(answers):
        record, at = _record(data, at)
        found += [record] if record is not None else []
    return Dns(
        id_,
        tuple(asked),
        tuple(found),
        bool(flags & _RESPONSE),
        flags & 15,
        bool(flags & _RECURSION_DESIRED),
        bool(flags & _TRUNCATED),
        authorities,
    )


def _record(data: bytes, at: int) -> tuple[Record | None, int]:
    """The record there, None if it is of another class, and where the next one begins."""
    is_pointed = at < len(data) and data[at] & _POINTER == _POINTER
    name, at = _name(data, at)
    kind, class_, lifetime, size = _RECORD.unpack(_part(data, at, _RECORD.size, "record"))
    at += _RECORD.size
    content = _part(data, at, size, "record's data")
    target = _name(data, at)[0] if kind == CNAME else b""
    record = Record(name, kind, lifetime, content, target, is_pointed)
    return record if class_ == INTERNET else None, at + size


def _part(data: bytes, at: int, size: int, what: str) -> bytes:
    if at + size > len(data):
        raise WireError(
            f"DNS: the {what} at octet {at} has {size} octets, {len(data) - at} are left"
        )
    return data[at : at + size]


def _name(data: bytes, at: int) -> tuple[bytes, int]:
    """The name there, and where what follows it begins."""
    labels: list[bytes] = []
    after, size, least = 0, 0, at
    while True:
        length = _part(data, at, 1, "name")[0]
        if length & _POINTER == _POINTER:
            target = int.from_bytes(_part(data, at, 2, "name"), "big") & 0x3FFF
            after = after or at + 2
            # A name points to what came before it (RFC 1035 §4.1.4), so no circle has an end.
            if target >= least:
                raise WireError(f"DNS: the name at octet {at} points to octet {target}, not back")
            at = least = target
            continue
        if length & _POINTER:
            raise WireError(f"DNS: the name at octet {at} has a label of an unknown kind")
        size += length + 1
        if size > _MOST_NAME:
            raise WireError(f"DNS: the name at octet {at} has more than {_MOST_NAME} octets")
        if not length:
            return b".".join(labels), after or at + 1
        labels.append(_part(data, at + 1, length, "name"))
        at += 1 + length


def parse_names(data: bytes) -> tuple[bytes, ...]:
    """Names one after the other, as DHCP's option 119 has them (RFC 3397 §2); empty ones are not.

    Raises:
        WireError: One ends too soon, or goes round in a circle.
    """
    found, at = [], 0
    while at < len(data):
        name, at = _name(data, at)
        found += [name] if name else []
    return tuple(found)


def build(message: Dns) -> bytes:
    """The message's octets, without compression, but for records that are pointed (`Record`).

    Raises:
        WireError: A name has a label that is empty or too long.
    """
    flags = message.code & 15
    flags |= _RESPONSE if message.is_response else 0
    flags |= _RECURSION_DESIRED if message.is_recursive else 0
    flags |= _TRUNCATED if message.is_truncated else 0
    counts = len(message.questions), len(message.answers)
    parts = [_HEADER.pack(message.id, flags, *counts, 0, 0)]
    for name, kind in message.questions:
        parts.append(build_name(name) + struct.pack("!HH", kind, INTERNET))
    first = message.questions[0].name if message.questions else None
    for one in message.answers:
        written = build_name(one.name)
        if one.is_pointed and one.name == first:
            written = struct.pack("!H", _POINTER << 8 | _HEADER.size)
        content = build_name(one.target) if one.type == CNAME else one.data
        parts.append(written + _RECORD.pack(one.type, INTERNET, one.lifetime, len(content)))
        parts.append(content)
    return b"".join(parts)


def build_name(name: bytes) -> bytes:
    """A name's octets.

    Raises:
        WireError: A label of it is empty or too long.
    """
    labels = name.split(b".") if name else []
    if any(not 0 < len(label) < 64 for label in labels):
        raise WireError("DNS: a label has 1 to 63 octets")
    octets = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    if len(octets) > _MOST_NAME:
        raise WireError(f"DNS: a name has at most {_MOST_NAME} octets")
    return octets
