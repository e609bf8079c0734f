"""Boots that were watched to their end, for the tests of what is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from pxeclient.boots.boot import boot
from pxeclient.boots.networks import network
from pxeclient.capture.values import Capture
from pxeclient.explain.story import Explanation, Surroundings, explain_capture
from pxeclient.watch.events import Ended
from pxeclient.watch.room import Room
from pxeclient.wire.addresses import Mac
from tests.boots import profile
from tests.explain.captures import PROFILES


def explained(capture: Capture, mac: Mac, beside: Surroundings) -> Explanation:
    """As the command has it."""
    return explain_capture(capture, PROFILES, None, mac, beside)


@cache
def ended(firmware: str, on: str, number: int = 1, began: float = 0.0) -> Ended:
    """The end of that firmware's boot on a practice network, on the machine of that number."""
    one = profile(firmware)
    machine = replace(one.machine, mac=Mac(one.machine.mac[:5] + bytes([number])))
    trace = boot(one, machine, network(on).wire(one.traits))
    room = Room("here", explained)
    events = [
        event
        for at, (record, frame, _) in enumerate(trace.frames(), 1)
        for event in room.add(at, began + record.at, frame)
    ]
    events += room.end(began + trace.ended + 200.0)
    return next(event for event in events if isinstance(event, Ended))


SOME = (
    ("ipxe", "plain-dhcp", 1),
    ("vmware-e1000e", "proxy-60-file-4011-dead", 2),
    ("edk2", "tftp-missing", 3),
    ("ipxe", "silence", 4),
    ("vmware-e1000e", "nak", 5),
)
"""Boots with different ends."""


def some() -> Iterator[Ended]:
    """Those."""
    yield from (ended(*one) for one in SOME)
