"""Putting IPv4 fragments together again (RFC 791 §3.2, RFC 815)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from pxeclient.wire.errors import WireError
from pxeclient.wire.ipv4 import Packet

LIFETIME = 15.0
"""Seconds that an incomplete packet is kept (RFC 791 suggests 15)."""
MOST = 16
"""Incomplete packets kept at once; the oldest goes first, so a flood costs bounded memory."""

_Key = tuple[IPv4Address, IPv4Address, int, int]


@dataclass(slots=True)
class _Partial:
    """One packet, as far as it has come."""

    since: float
    parts: dict[int, bytes] = field(default_factory=dict)
    first: Packet | None = None
    total: int | None = None


class Reassembler:
    """Keeps fragments until their packet is whole. Pure state: `now` is an argument."""

    def __init__(self) -> None:
        self._partials: dict[_Key, _Partial] = {}

    def add(self, fragment: Packet, now: float) -> Packet | None:
        """Take one fragment; return the whole packet once the last missing part is there.

        Raises:
            WireError: The fragment overlaps another differently, or overruns 65535 octets.
        """
        key = (
            fragment.source,
            fragment.destination,
            fragment.protocol,
            fragment.identification,
        )
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
        old = [key for key, part in self._partials.items() if part.since + LIFETIME <= now]
        for key in old:
            del self._partials[key]

    def _make_room(self) -> None:
        while len(self._partials) >= MOST:
            del self._partials[next(iter(self._partials))]


def _insert(partial: _Partial, fragment: Packet) -> None:
    start = fragment.fragment_offset
    end = start + len(fragment.payload)
    if end > 0xFFFF - 20:
        raise WireError(f"IPv4: a fragment ends at octet {end}, past the longest packet")
    if fragment.more_fragments and (len(fragment.payload) % 8 or not fragment.payload):
        raise WireError(f"IPv4: a fragment of {len(fragment.payload)} octets is not whole words")
    for at, part in partial.parts.items():
        if start < at + len(part) and at < end and (at, part) != (start, fragment.payload):
            raise WireError(f"IPv4: the fragment at octet {start} overlaps the one at {at}")
    if not fragment.more_fragments:
        if partial.total not in (None, end):
            raise WireError(f"IPv4: two last fragments, ending at {partial.total} and {end}")
        partial.total = end
    farthest = max((at + len(part) for at, part in partial.parts.items()), default=0)
    if partial.total is not None and max(end, farthest) > partial.total:
        raise WireError(
            f"IPv4: a fragment reaches past the last one, which ends at {partial.total}"
        )
    if start == 0:
        partial.first = fragment
    if fragment.payload:
        partial.parts[start] = fragment.payload


def _whole(partial: _Partial) -> Packet | None:
    if partial.first is None or partial.total is None:
        return None
    if sum(len(part) for part in partial.parts.values()) != partial.total:
        return None
    payload = b"".join(partial.parts[at] for at in sorted(partial.parts))
    return replace(partial.first, payload=payload, more_fragments=False)
