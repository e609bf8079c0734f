"""A suite's servers on the loopback interface, where no private network can be made.

Each host of the suite has another address there than the suite says: expectations follow it, and
what names an address that nobody has there cannot be told. What the loopback interface does not
show at all (`pxeclient.link.loopback`) cannot be told either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from msgspec.structs import asdict, replace

from pxeclient.check.judging import judge
from pxeclient.check.results import Point, Status
from pxeclient.check.suite import EXPECTATIONS, Boots, Case, Host, Lease
from pxeclient.diagnose import Finding
from pxeclient.diagnose.scene import Scene
from pxeclient.trace import Trace

SEGMENT = IPv4Network("127.0.0.0/24")
"""All of them are there (`pxeclient.lab.loopback.ADDRESS`)."""

BEYOND = {
    "broadcast-flag": "whether the BROADCAST flag is kept to does not show there",
    "http": "machines have no TCP there",
    "relay": "all requests come from a relay agent there",
}
"""Why these probes cannot tell anything."""

_HERE = "the servers are on the loopback interface"
_NO_MULTICAST = f"{_HERE}: there is no multicast, and the machine uses it"


@dataclass(frozen=True, slots=True)
class Loopback:
    """What the suite's addresses are there."""

    hosts: Sequence[Host]
    addresses: dict[IPv4Address, IPv4Address] = field(init=False)
    """By the suite's."""
    networks: frozenset[IPv4Network] = field(init=False)
    """Those of the hosts, all of which are one there."""

    def __post_init__(self) -> None:
        own = [IPv4Interface(host.address) for host in self.hosts]
        there = {one.ip: SEGMENT[number] for number, one in enumerate(own, 1)}
        object.__setattr__(self, "addresses", there)
        object.__setattr__(self, "networks", frozenset(one.network for one in own))

    def address(self, number: int) -> str:
        """Of the host with that number, from 0, with the length of its prefix."""
        return f"{SEGMENT[number + 1]}/{SEGMENT.prefixlen}"

    def literal(self, texts: Iterable[str]) -> str:
        """An address of a host that stands in one of these as the suite has it; mostly none."""
        return next(
            (str(one) for text in texts for one in self.addresses if _names(text, str(one))), ""
        )

    def probe(self, name: str, doc: str) -> Point | None:
        """What a probe comes to that cannot tell anything there."""
        why = BEYOND.get(name)
        return Point(Status.UNKNOWN, doc, f"{_HERE}: {why}") if why else None

    def case(self, case: Case) -> tuple[Case | None, list[Point]]:
        """What of a case can be expected there, if anything, and points that cannot be told."""
        unknown: list[Point] = []
        changed: dict[str, object] = {}
        if isinstance(case.asks_4011, str):
            changed["asks_4011"] = self._one(case.asks_4011, "asks {}:4011", unknown)
        if isinstance(case.boots, Boots) and case.boots.server is not None:
            server = self._one(case.boots.server, "boots from {}", unknown)
            changed["boots"] = replace(case.boots, server=server)
        if case.lease is not None:
            changed["lease"] = self._lease(case.lease, unknown)
        left = {key: value for key in EXPECTATIONS if (value := getattr(case, key)) is not None}
        if all(value is None for value in (left | changed).values()):
            return None, unknown
        return replace(case, **changed), unknown

    def _lease(self, wanted: str | Lease, unknown: list[Point]) -> Lease | None:
        wish = Lease(network=wanted) if isinstance(wanted, str) else wanted
        found = replace(
            wish,
            network=self._network(wish.network, unknown),
            address=self._one(wish.address, "the address {}", unknown),
            server=self._one(wish.server, "a lease of the server {}", unknown),
            router=self._one(wish.router, "the router {}", unknown),
        )
        return found if any(value is not None for value in asdict(found).values()) else None

    def _one(self, text: str | None, expected: str, unknown: list[Point]) -> str | None:
        if text is None:
            return None
        address = IPv4Address(text)
        if address in SEGMENT:
            return text
        if address in self.addresses:
            return str(self.addresses[address])
        unknown.append(_elsewhere(expected.format(text)))
        return None

    def _network(self, text: str | None, unknown: list[Point]) -> str | None:
        if text is None:
            return None
        network = IPv4Network(text, strict=False)
        if network.subnet_of(SEGMENT):
            return text
        if network in self.networks:
            return str(SEGMENT)
        unknown.append(_elsewhere(f"an address in {text}"))
        return None


def _elsewhere(expected: str) -> Point:
    return Point(Status.UNKNOWN, expected, f"{_HERE}: all addresses are of {SEGMENT}")


def _names(text: str, address: str) -> bool:
    """As a whole, that is: 10.77.0.1 is not in 10.77.0.10."""
    before, found, after = text.partition(address)
    return bool(found) and not (before[-1:].isdigit() or after[:1].isdigit())


def judge_there(
    on: Loopback, case: Case, trace: Trace, found: Scene, findings: Sequence[Finding]
) -> Iterator[Point]:
    """As `judging.judge`, as far as it can be told there."""
    left, unknown = on.case(case)
    if left is not None:
        yield from without_multicast(trace, judge(left, trace, found, findings))
    yield from unknown


def without_multicast(trace: Trace, points: Iterable[Point]) -> Iterator[Point]:
    """Points of a boot; what is not met by one that uses multicast cannot be told."""
    asked = any(
        isinstance(to := frame.destination_address, IPv4Address) and to.is_multicast
        for frame in trace.talk().frames
        if frame.ours
    )
    for point in points:
        if asked and point.status is Status.NOT_MET:
            yield Point(Status.UNKNOWN, point.expected, _NO_MULTICAST)
        else:
            yield point
