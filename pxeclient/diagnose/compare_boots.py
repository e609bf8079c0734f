"""What only several boots show, side by side: attempts of one machine, or different machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from pxeclient.architectures import Fit
from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import About, Boots, compares, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.outcome import Failure
from pxeclient.seen.frame import Address
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.options import printable

_SOON = 90.0
"""Seconds after an answer in which a machine that hears nothing is not out of its server's reach:
spanning tree takes 30 to 50 to let a port forward, LACP about as long."""


def _mac(scene: Scene) -> Mac | None:
    return next((one.hardware for one in scene.dhcp if one.ours), None)


# --- the port -----------------------------------------------------------------------------
@compares("P-LINK", from_frames=True)
def the_port_was_well_before(boots: Boots) -> Iterator[About]:
    """A machine that was answered asks again soon after, as another program, and no reply comes to
    any of its DHCPDISCOVERs."""
    for at, later in enumerate(boots.scenes):
        sent = later.said(dhcp.DISCOVER)
        if later.replies or len(sent) < 2 or later.outcome_is_other(Failure.NO_OFFER):
            continue
        if later.last_answered is not None:
            continue  # Something reached it: it is the servers that do not answer these.
        for before in range(at):
            waited = _since_answer(boots, before, at)
            if waited is None or not 0 <= waited <= _SOON:
                continue
            scene = boots.scenes[before]
            if _identity(scene) == _identity(later):
                continue
            last = scene.last_answer
            numbers = (*(one.number for one in sent),)
            words = (
                f"This machine was answered until frame {last}, {waited:.0f} s before;"
                f" {len(sent)} DHCPDISCOVERs of what runs now ({frames(*numbers)}) get no reply."
            )
            yield at, Sighting(numbers, words, True)
            break


def _since_answer(boots: Boots, before: int, at: int) -> float | None:
    """Seconds from the last answer in the one boot to the first DHCPDISCOVER of the other."""
    one, other = boots.scenes[before], boots.scenes[at]
    began, later = boots.began[before], boots.began[at]
    same = _mac(one) is not None and _mac(one) == _mac(other)
    if not same or began is None or later is None or one.last_answered is None:
        return None
    first = other.first_discover
    return None if first is None else later + first.at - (began + one.last_answered)


def _identity(scene: Scene) -> object:
    first = scene.first_discover
    return None if first is None else first.identity


# --- the machine --------------------------------------------------------------------------
@compares("M-HOST")
def only_this_machine_gets_it(boots: Boots) -> Iterator[About]:
    """Two machines of one kind, with different MAC addresses, ask the same server: one gets a file
    that it cannot run, the other one that it can."""
    for at, other in permutations(range(len(boots.scenes)), 2):
        mine, theirs = boots.scenes[at], boots.scenes[other]
        if not (_is_wrong(mine) and _is_right(theirs) and _are_alike(mine, theirs)):
            continue
        assert mine.booted is not None
        assert theirs.booted is not None
        words = (
            f"{_mac(mine)} is named {printable(mine.booted.boot_file.name)}, and {_mac(theirs)},"
            f" which asks in the same way, {printable(theirs.booted.boot_file.name)}."
        )
        naming = [one.number for one in mine.replies if one.file == mine.booted.boot_file.name]
        yield at, Sighting(tuple(naming) or _asked(mine), words, True)


def _asked(scene: Scene) -> tuple[int, ...]:
    return tuple(one.asked[0].number for one in scene.transfers[-1:])


def _is_wrong(scene: Scene) -> bool:
    return scene.judged is not None and scene.judged.fit is Fit.WRONG and scene.booted is not None


def _is_right(scene: Scene) -> bool:
    return (
        scene.judged is not None and scene.judged.fit is not Fit.WRONG and scene.booted is not None
    )


def _are_alike(mine: Scene, theirs: Scene) -> bool:
    """They differ in their MAC address, and in nothing else that servers choose by; and the same
    server answered both."""
    one, other = mine.first_discover, theirs.first_discover
    if one is None or other is None or _mac(mine) == _mac(theirs):
        return False
    alike = all(one.options.get(code) == other.options.get(code) for code in (60, 77, 93))
    servers = {seen.who for seen in mine.replies} & {seen.who for seen in theirs.replies}
    return alike and bool(servers)


# --- the ports of clients -----------------------------------------------------------------
@compares("T-PORTS")
def some_client_ports_are_not_answered(boots: Boots) -> Iterator[About]:
    """A TFTP server answers read requests from client ports on one side of a boundary, and never
    those from the other side."""
    asked: dict[Address, list[tuple[int, Transfer]]] = {}
    for at, scene in enumerate(boots.scenes):
        for one in (*scene.transfers, *scene.next_stage):
            asked.setdefault(one.server, []).append((at, one))
    for server, several in asked.items():
        heard = [one for _, one in several if one.answers]
        silent = [(at, one) for at, one in several if _is_unheard(boots.scenes[at], one)]
        if not heard or not silent or not _are_apart(heard, [one for _, one in silent]):
            continue
        for at in dict.fromkeys(at for at, _ in silent):
            scene = boots.scenes[at]
            mine = [one for place, one in silent if place == at]
            if sum(len(one.asked) for one in mine) < 2 or any(
                one.answers for one in scene.transfers
            ):
                continue
            numbers = tuple(frame.number for one in mine for frame in one.asked)
            words = (
                f"{server} answers requests from client ports {_ports(heard)}, and none from"
                f" {_ports(mine)} ({frames(*numbers)})."
            )
            yield at, Sighting(numbers, words, scene.failure is not None)


def _is_unheard(scene: Scene, one: Transfer) -> bool:
    """Nothing came back, not even an ICMP error."""
    closed = any(told.about == one.server and told.port == tftp.PORT for told in scene.complaints)
    return not one.packets and not one.strangers and not closed


def _are_apart(heard: Sequence[Transfer], silent: Sequence[Transfer]) -> bool:
    here = [one.local_port for one in heard]
    there = [one.local_port for one in silent]
    return max(here) < min(there) or max(there) < min(here)


def _ports(several: Sequence[Transfer]) -> str:
    found = sorted({one.local_port for one in several})
    return f"{found[0]}" if len(found) == 1 else f"{found[0]} to {found[-1]}"
