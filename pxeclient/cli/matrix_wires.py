"""The wires of ``pxeclient matrix``: the same servers, met by one machine after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pxeclient.architectures import architecture
from pxeclient.boots.networks import is_file, title
from pxeclient.cli.output import EnvironmentProblem, stderr_line
from pxeclient.cli.wire_choice import WireChoice, open_wire, paced, tell_doubled
from pxeclient.link.base import LinkError
from pxeclient.matrix.boots import LentWire, Opener
from pxeclient.matrix.entries import Entry, apart
from pxeclient.practice.scenario import DEFAULT
from pxeclient.wire.addresses import Mac

BASE = Mac.from_text("52:54:00:70:78:00")
"""The first machine's address on a real wire, where the user gives none."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Who answers."""

    where: str
    """As in the trace."""
    notice: str
    """What stands above the table, after "on"."""
    entries: list[Entry]
    """Who comes: as given, with machines that suit these servers."""
    open_wire: Opener


@contextmanager
def servers(
    choice: WireChoice, capture: Path | None, entries: list[Entry], mac: Mac | None, seed: int
) -> Iterator[Servers]:
    """The servers of the user's choice, until the table is over.

    Raises:
        click.UsageError: No such practice network.
        EnvironmentProblem: The interface, TAP or capture cannot be used.
    """
    if capture is not None:
        yield _recorded(capture, entries, mac)
    elif choice.tap is not None:
        with _tap(choice, apart(entries, mac or BASE, seed)) as found:
            yield found
    elif choice.interface is not None:
        with _interface(choice, choice.interface, apart(entries, mac or BASE, seed)) as found:
            yield found
    else:
        _try(choice, entries[0])
        theirs = entries if mac is None else apart(entries, mac, seed)
        name = choice.network or DEFAULT
        where = title(name)
        notice = f"the {'' if is_file(name) else 'built-in '}{where}"
        yield Servers(where, notice, theirs, partial(_open, choice))


@contextmanager
def _open(choice: WireChoice, entry: Entry) -> Iterator[LentWire]:
    try:
        with open_wire(choice, entry.machine, entry.profile.traits) as wire:
            yield LentWire(wire.link, wire.name)
    except EnvironmentProblem as problem:
        # The rows so far are worth having, so the table ends in good order.
        raise LinkError(problem.message) from None


def _try(choice: WireChoice, entry: Entry) -> None:
    """Say before the table begins, not in its midst, that there is no such wire."""
    with open_wire(choice, entry.machine, entry.profile.traits):
        pass


@contextmanager
def _interface(choice: WireChoice, name: str, entries: list[Entry]) -> Iterator[Servers]:
    """One socket for all: opening more would take a right that need not be kept so long."""
    from pxeclient.link.card import Card

    where = f"interface {name}"
    if choice.is_own:
        [only] = entries
        with open_wire(choice, only.machine, only.profile.traits) as wire:
            tell_doubled(wire.link.doubled)
            lent = LentWire(wire.link, wire.name)
            yield Servers(where, where, entries, lambda entry: nullcontext(lent))
        return
    try:
        card = Card(name)
    except LinkError as error:
        raise EnvironmentProblem(str(error)) from None

    @contextmanager
    def lend(entry: Entry) -> Iterator[LentWire]:
        with card.link(entry.machine.mac) as link:
            tell_doubled(link.doubled)
            yield LentWire(paced(link, choice.time_scale), where)

    with closing(card):
        yield Servers(where, where, entries, lend)


@contextmanager
def _tap(choice: WireChoice, entries: list[Entry]) -> Iterator[Servers]:
    """One TAP for all: if it went between two boots, servers on it would lose their interface."""
    from pxeclient.link.tap import TapLink

    assert choice.tap is not None
    try:
        tap = TapLink(choice.tap, entries[0].machine.mac)
    except LinkError as error:
        raise EnvironmentProblem(str(error)) from None
    name = f"TAP device {choice.tap}"
    if tap.created:
        stderr_line(f"Created the TAP device {choice.tap}; it goes when the table is complete.")

    @contextmanager
    def lend(entry: Entry) -> Iterator[LentWire]:
        tap.become(entry.machine.mac)
        yield LentWire(paced(tap, choice.time_scale), name)

    with closing(tap):
        yield Servers(name, name, entries, lend)


def _recorded(capture: Path, entries: list[Entry], mac: Mac | None) -> Servers:
    from pxeclient.capture.values import CaptureError
    from pxeclient.replay.client_of import machine_of
    from pxeclient.replay.recording import recording
    from pxeclient.replay.servers import RecordedServers
    from pxeclient.replay.verdict import foretold

    try:
        known = recording(capture, mac)
    except CaptureError as error:
        raise EnvironmentProblem(str(error)) from None
    client = known.play.client
    kind = "" if known.architecture is None else f", {architecture(known.architecture).name}"
    lost = known.play.lost
    made_up = f" {lost} blocks that the capture lost were made up." if lost else ""

    @contextmanager
    def lend(entry: Entry) -> Iterator[LentWire]:
        with closing(RecordedServers(known)) as link:
            told = partial(foretold, link, entry.profile)
            yield LentWire(link, f"the servers of {capture}", told)

    notice = (
        f"the servers of {capture}. They answer every machine as they answered the recorded one"
        f" ({client.mac}{kind}).{made_up}{''.join(f' {remark}' for remark in known.remarks)}"
    )
    theirs = [replace(entry, machine=machine_of(entry.profile, client)) for entry in entries]
    return Servers(f"the servers of {capture}", notice, theirs, lend)
