"""Putting fragments together again: in any order (RFC 791 §3.2, RFC 815, RFC 8200 §4.5), of both
families; or, of IPv4, in order only."""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from typing import Generic, Protocol, TypeVar

from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.ipv6 import Packet6

_P = TypeVar("_P", Packet, Packet6)

LIFETIME = 15.0
"""Seconds that an incomplete packet is kept (RFC 791 suggests 15)."""
MOST = 16
"""Incomplete packets kept at once; the oldest goes first, so a flood costs bounded memory.

What one of them holds the format bounds: 65515 octets, in 8190 parts at most, for they begin at
whole words and do not overlap.
"""

_LARGEST = 0xFFFF - 20
"""Octets that a packet can carry."""

_Key = tuple[object, object, int, int]


class Assembler(Protocol):
    """Keeps fragments until their packet is whole. Pure state: `now` is an argument."""

    def add(self, fragment: Packet, now: float) -> Packet | None:
        """Take one fragment; return the whole packet with its last part.

        Raises:
            WireError: The fragment is not taken; the text says why.
        """
        ...


@dataclass(slots=True)
class _Partial(Generic[_P]):
    """One packet, as far as it has come."""

    since: float
    parts: dict[int, bytes] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)
    """Where the parts begin, in order: a part is compared with its neighbours alone."""
    held: int = 0
    """Octets of all parts."""
    first: _P | None = None
    total: int | None = None


class Reassembler(Generic[_P]):
    """Takes the parts in any order, each once or more often.

    Parts that contradict each other end their packet. Hosts differ on that (EDK II keeps what
    came first), and no network makes such parts.
    """

    def __init__(self, lifetime: float = LIFETIME) -> None:
        """Make one that keeps an incomplete packet for `lifetime` seconds from its first part."""
        self._lifetime = lifetime
        self._partials: dict[_Key, _Partial[_P]] = {}

    def add(self, fragment: _P, now: float) -> _P | None:
        """Take one fragment; return the whole packet once the last missing part is there.

        Raises:
            WireError: The fragment overlaps another differently, or overruns 65535 octets.
        """
        key = key_of(fragment)
        self._forget(now)
        if key not in self._partials:
            self._make_room()
            self._partials[key] = _Partial(now)
        partial = self._partials[key]
        try:
            _insert(partial, fragment)
        except WireError:
            # A packet with contradicting parts cannot be trusted: drop all of it (RFC 5722's rule).
            del self._partials[key]
            raise
        whole = _whole(partial)
        if whole is not None:
            del self._partials[key]
        return whole

    def _forget(self, now: float) -> None:
        old = [key for key, part in self._partials.items() if part.since + self._lifetime <= now]
        for key in old:
            del self._partials[key]

    def _make_room(self) -> None:
        while len(self._partials) >= MOST:
            del self._partials[next(iter(self._partials))]


@dataclass(slots=True)
class _Beginning:
    """One packet up to where it has come."""

    first: Packet
    until: float
    octets: bytearray


class Sequencer:
    """Takes only the part that goes on where the last one ended, as iPXE does.

    Whatever comes out of turn is dropped, repeats too; the packet then waits for the right
    part. A part belongs to a packet by its source and identification alone.

    Source: ipxe net/fragment.c (fragment_reassemble), net/ipv4.c (ipv4_is_fragment).
    """

    def __init__(self, lifetime: float) -> None:
        """Make one that keeps an incomplete packet for `lifetime` seconds from its latest part."""
        self._lifetime = lifetime
        self._beginnings: dict[tuple[IPv4Address, int], _Beginning] = {}

    def add(self, fragment: Packet, now: float) -> Packet | None:
        """Take one fragment; return the whole packet with its last part.

        Raises:
            WireError: It is not the next part of its packet.
        """
        key = fragment.source, fragment.identification
        self._beginnings = {k: one for k, one in self._beginnings.items() if now < one.until}
        known = self._beginnings.get(key)
        reached = len(known.octets) if known else 0
        start = fragment.fragment_offset
        if start != reached or start + len(fragment.payload) > _LARGEST:
            raise WireError(
                f"fragments are taken only in order: octet {reached} is next,"
                f" this begins at {start}"
            )
        if known is None:
            while len(self._beginnings) >= MOST:
                del self._beginnings[next(iter(self._beginnings))]
            known = _Beginning(fragment, now, bytearray())
            self._beginnings[key] = known
        known.octets += fragment.payload
        known.until = now + self._lifetime
        if fragment.more_fragments:
            return None
        del self._beginnings[key]
        return replace(known.first, payload=bytes(known.octets), more_fragments=False)


def key_of(fragment: Packet | Packet6) -> _Key:
    """Which packet a fragment is of. In IPv6 its next header does not count (RFC 8200 §4.5)."""
    protocol = fragment.protocol if isinstance(fragment, Packet) else -1
    return fragment.source, fragment.destination, protocol, fragment.identification


def _insert(partial: _Partial[_P], fragment: _P) -> None:
    start = fragment.fragment_offset
    end = start + len(fragment.payload)
    if end > _LARGEST:
        raise WireError(f"IP: a fragment ends at octet {end}, past the longest packet")
    if fragment.more_fragments and (len(fragment.payload) % 8 or not fragment.payload):
        raise WireError(f"IP: a fragment of {len(fragment.payload)} octets is not whole words")
    is_new = partial.parts.get(start) != fragment.payload
    if is_new:
        _check_overlap(partial, start, end)
    if not fragment.more_fragments:
        if partial.total not in (None, end):
            raise WireError(f"IP: two last fragments, ending at {partial.total} and {end}")
        partial.total = end
    last = partial.starts[-1] if partial.starts else 0
    farthest = max(end, last + len(partial.parts.get(last, b"")))
    if partial.total is not None and farthest > partial.total:
        raise WireError(f"IP: a fragment reaches past the last one, which ends at {partial.total}")
    if start == 0:
        partial.first = fragment
    if fragment.payload and is_new:
        partial.parts[start] = fragment.payload
        partial.held += len(fragment.payload)
        insort(partial.starts, start)


def _check_overlap(partial: _Partial[_P], start: int, end: int) -> None:
    """The parts held do not overlap: only the one before and the one after can meet a new one."""
    place = bisect_right(partial.starts, start)
    for at in partial.starts[max(place - 1, 0) : place + 1]:
        if start < at + len(partial.parts[at]) and at < end:
            raise WireError(f"IP: the fragment at octet {start} overlaps the one at {at}")


def _whole(partial: _Partial[_P]) -> _P | None:
    if partial.first is None or partial.total is None:
        return None
    if partial.held != partial.total:
        return None
    payload = b"".join(partial.parts[at] for at in partial.starts)
    return _joined(partial.first, payload)


def _joined(first: _P, payload: bytes) -> _P:
    if isinstance(first, Packet6):
        return replace(first, payload=payload, more_fragments=False, size=len(payload))
    return replace(first, payload=payload, more_fragments=False)
