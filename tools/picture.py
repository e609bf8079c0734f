"""The picture in README.md: a boot that fails, as ``docs/assets/boot-light.svg`` and ``-dark``.

It is a ladder of `pxeclient ladder` of which only what makes the boot fail is left: the DHCP
messages, the decision to ask port 4011, and the end. A page that shows it chooses by the reader's
scheme (``<picture>``), which need not be the one of the system that the picture would go by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pxeclient import profile as profiles
from pxeclient.boots.boot import boot
from pxeclient.boots.networks import network
from pxeclient.report.ladder import Align, svg
from pxeclient.report.ladder.building import build
from pxeclient.report.ladder.model import Decided, Ended, Event, Folded, Ladder, Message

PROFILE, NETWORK = "vmware-e1000e", "proxy-60-file-4011-dead"
SCHEMES = ("light", "dark")
_DECISION = "after-ack"


def whole() -> Ladder:
    """The boot, with all that happened."""
    firmware = profiles.load(PROFILE)
    wire = network(NETWORK).wire(firmware.traits)
    return build(boot(firmware, firmware.machine, wire))


def excerpt(ladder: Ladder) -> Ladder:
    """What makes it fail."""
    events = tuple(_folded(ladder.events))
    used = {end for one in events if isinstance(one, Message) for end in (one.source, one.target)}
    stations = tuple(station for station in ladder.stations if station.id in used)
    return replace(ladder, stations=stations, events=events)


def _folded(events: tuple[Event, ...]) -> Iterator[Event]:
    """Requests that are sent again unanswered are told of in a line."""
    again: list[Message] = []
    before: Message | None = None
    for event in events:
        match event:
            case Message(kind=kind) if kind.startswith("DHCP"):
                if before is not None and _same(before, event):
                    again.append(event)
                else:
                    yield event
                before = event
            case Decided(question=question) if question == _DECISION:
                yield event
                before = None
            case Ended():
                if again:
                    yield _repeats(again)
                # The code with its sentence, and the finding.
                yield replace(event, lines=(event.lines[0], event.lines[-1]))
            case _:
                pass


def _same(one: Message, other: Message) -> bool:
    return (one.kind, one.source, one.target) == (other.kind, other.source, other.target)


def _repeats(again: list[Message]) -> Folded:
    first, last = again[0], again[-1]
    return Folded(first.at, last.at, len(again), f"at {last.at:.3f}", last.target, last.kind)


def picture(scheme: str) -> str:
    """The picture for a light or a dark page."""
    drawn = svg.draw([excerpt(whole())], Align.STATE)
    return drawn.replace("<svg ", f'<svg data-theme="{scheme}" ', 1)
