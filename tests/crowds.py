"""Many machines with many firmwares on one segment, each with the servers that it deserves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pxeclient.boot.dhcp.options import architecture
from pxeclient.boots.many import Arrival
from pxeclient.practice.boot_files import kind_for
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name
from pxeclient.profile import names
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac
from tests.boots import profile

FIRMWARES = tuple(names())
WELL = ("plain-dhcp", "proxy-60-file-bit3", "samehost-60-file-bit3")
FAILING = (
    "nak", "no-boot-file", "no-next-server", "request-unanswered", "tftp-missing", "tftp-denied",
    "tftp-port-closed", "tftp-error-midway", "tftp-empty-file", "tftp-silent", "arp-silent",
    "proxy-60-file-4011-dead", "boot-server-silent", "tftp-error-4", "tftp-stalls", "silence",
)  # fmt: skip
"""Ways to fail; not every firmware fails in each."""
NOT_FOR_SURE = ("silence", "arp-silent")
"""Where the machine knows how long it waited for nobody, and who listens may not be sure of it."""
APART = 0.7
"""Seconds between two machines that are switched on by hand."""
OUI = bytes.fromhex("525400")


def mac(number: int) -> Mac:
    """A machine's address."""
    return Mac(OUI + number.to_bytes(3, "big"))


def network_of(number: int) -> str:
    """Whose servers a machine meets: every third one's fail it."""
    turn, place = divmod(number, 3)
    return FAILING[turn % len(FAILING)] if place == 0 else WELL[turn % len(WELL)]


def crowd(count: int, every: float = APART) -> list[Arrival]:
    """So many machines, one after another, with all firmwares and all servers in turn."""
    found = []
    for number in range(count):
        one = profile(FIRMWARES[(number + number // len(FIRMWARES)) % len(FIRMWARES)])
        machine = replace(one.machine, mac=mac(number), seed=number)
        found.append(Arrival(one, machine, number * every))
    return found


class Segment:
    """All their servers on one cable (`link.simulated.Stations`): each hears its own machines."""

    def __init__(self, who: Iterable[Arrival]) -> None:
        self._networks: dict[tuple[str, object], PracticeNetwork] = {}
        self._of: dict[bytes, PracticeNetwork] = {}
        for number, arrival in enumerate(who):
            name = network_of(number)
            kind = kind_for(architecture(arrival.profile.traits.dhcp) or 0)
            if (name, kind) not in self._networks:
                self._networks[name, kind] = PracticeNetwork(by_name(name), kind)
            self._of[arrival.machine.mac] = self._networks[name, kind]

    def receive(self, frame: bytes, now: float) -> None:
        """A machine's frame reaches its servers; nobody else's reaches any."""
        if (its := self._of.get(frame[6:12])) is not None:
            its.receive(frame, now)

    def next_at(self) -> float | None:
        """When any of them has something to do."""
        due = [at for one in self._networks.values() if (at := one.next_at()) is not None]
        return min(due, default=None)

    def poll(self, now: float) -> list[bytes]:
        """What they send."""
        return [frame for one in self._networks.values() for frame in one.poll(now)]


class Traces:
    """Keeps all of each boot."""

    def __init__(self) -> None:
        self.of: dict[bytes, Trace] = {}

    def __call__(self, arrival: Arrival) -> Trace:
        """The trace of a machine that is about to come."""
        trace = Trace(arrival.profile.name, arrival.profile.title, "together")
        self.of[arrival.machine.mac] = trace
        return trace
