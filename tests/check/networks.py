"""Networks of a test's own, and what a case or a probe comes to on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import msgspec

from pxeclient.check.results import Point, Result, Status
from pxeclient.check.running import Running
from pxeclient.check.suite import Case, Suite
from pxeclient.check.wires import Wires
from pxeclient.link.base import Link
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.boot_files import Kind
from pxeclient.practice.model import Scenario
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.option_spec import from_text
from pxeclient.practice.scenario import by_name
from pxeclient.wire.addresses import Mac
from tests.diagnose.boots import DHCP, PROXY, SAYS_PXE, TFTP, host, rule

LEASE = [[54, "ip", DHCP], [51, "u32", 3600], [1, "ip", "255.255.255.0"], [3, "ip", DHCP]]
NAMED = {"yiaddr": "10.77.0.50", "siaddr": TFTP, "file": "boot.0"}
RELAYED = [82, "echo"]

Changes = Mapping[str, Any]


def servers(
    dhcp: Changes | None = None,
    tftp: Changes | None = None,
    rules: Sequence[Changes] = (),
    more: Sequence[Changes] = (),
) -> list[Changes]:
    """A DHCP server that names a file, and a TFTP server that has any, but for these changes.

    `rules` come before the DHCP server's own.
    """
    own = [
        rule(67, "discover", NAMED, [[53, "u8", 2], *LEASE], dhcp),
        rule(67, "request", NAMED, [[53, "u8", 5], *LEASE], {"item": False}, dhcp),
    ]
    files = {"files": {"boot.0": {"size": 100_000}}}
    return [host("dhcp", DHCP, bootp=[*rules, *own]), host("tftp", TFTP, tftp=tftp or files), *more]


def proxy(offer: Changes, answer: Changes | None = None) -> Changes:
    """A ProxyDHCP server; without an `answer` its port 4011 is silent."""
    says = [[54, "ip", PROXY], SAYS_PXE, [97, "echo"]]
    rules = [rule(67, "discover", {}, [[53, "u8", 2], *says], offer)]
    if answer is not None:
        rules.append(rule(4011, "request", {}, [[53, "u8", 5], *says], answer))
    return host("proxy", PROXY, bootp=rules)


Way = Callable[[bytes], bytes | None]
"""What becomes of a server's frame on its way; None is that it is lost."""


class Between:
    """The stations of a network behind a faulty way."""

    def __init__(self, network: PracticeNetwork, way: Way) -> None:
        self._network = network
        self._way = way
        self.receive = network.receive
        self.next_at = network.next_at

    def poll(self, now: float) -> list[bytes]:
        """What arrives of the servers' frames."""
        passed = map(self._way, self._network.poll(now))
        return [frame for frame in passed if frame is not None]


def _unharmed(frame: bytes) -> bytes:
    return frame


def wires(found: Sequence[Changes] | str, way: Way = _unharmed) -> Wires:
    """A network of these servers, or the practice network of that name."""
    if isinstance(found, str):
        script = by_name(found)
    else:
        table = {"name": "test", "servers": list(found)}
        script = msgspec.convert(table, Scenario, dec_hook=from_text)

    @contextmanager
    def open_link(mac: Mac, arch: int | None) -> Iterator[Link]:
        kinds = {0: Kind.BIOS, 11: Kind.EFI_ARM64}
        network = PracticeNetwork(script, kinds.get(arch or 0, Kind.EFI))
        with closing(SimulatedLink(Between(network, way))) as one:
            yield one

    return Wires("practice network test", open_link)


def tried(on: Sequence[Changes] | str, **case: Any) -> Result:
    """What a case with these keys, as TOML would have them, comes to."""
    return tried_behind(_unharmed, on, **case)


def tried_behind(way: Way, on: Sequence[Changes] | str, **case: Any) -> Result:
    """The same, with a fault between client and servers."""
    table: dict[str, Any] = {"name": "test", **case}
    if "probe" not in table:
        table.setdefault("profiles", ["ipxe"])
    suite = Suite(cases=(msgspec.convert(table, Case),))
    (found,) = Running(suite, wires(on, way)).results()
    return found


def statuses(found: Result) -> list[str]:
    """Each point's status."""
    return [point.status.value for point in found.points]


def not_met(found: Result) -> Point:
    """The only point that is not met."""
    (point,) = [point for point in found.points if point.status is Status.NOT_MET]
    return point
