"""The contract of `BootClient.handle`: timers, order, the end."""

from __future__ import annotations

import pytest

from pxeclient.boot.actions import Action, Enter, Finish, StateName
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.boot.session import RETRANSMIT
from pxeclient.playbook import (
    DHCPDISCOVER,
    DHCPREQUEST,
    RRQ,
    TFTP_SERVER,
    Client,
    ack,
    data,
    oack,
    offer,
    sight,
)
from pxeclient.stack.acts import CancelTimer, Ignore, Owner, SendFrame, SetTimer, Timer
from pxeclient.wire.pxe import Purpose
from tests.boots import machine, profile
from tests.stories.firmwares import IPXE, VIRTUALBOX, VMWARE, book

ALL = pytest.mark.parametrize("name", [IPXE, VIRTUALBOX, VMWARE])


def client(name: str) -> BootClient:
    """A machine that is off."""
    return machine(name)


def timers(actions: list[Action]) -> dict[Timer, float]:
    """The timers that are set in the end."""
    found: dict[Timer, float] = {}
    for action in actions:
        match action:
            case SetTimer(timer, deadline):
                found[timer] = deadline
            case CancelTimer(timer):
                found.pop(timer, None)
            case _:
                pass
    return found


def sent(actions: list[Action]) -> list[str]:
    """The kinds of the DHCP frames sent."""
    frames = [sight(action.frame) for action in actions if isinstance(action, SendFrame)]
    return [seen.kind for seen in frames if seen.kind.startswith("DHCP")]


@ALL
def test_power_on_sends_the_first_discover(name: str) -> None:
    """It enters discovery, sends, and sets a timer; a second power-on does nothing."""
    machine = client(name)
    actions = machine.handle(PowerOn(), 0.0)
    assert Enter(StateName.DISCOVERY) in actions
    assert sent(actions) == ["DHCPDISCOVER"]
    assert (
        timers(actions)[RETRANSMIT] == profile(name).traits.dhcp.messages[Purpose.DISCOVER].waits[0]
    )
    assert machine.handle(PowerOn(), 0.0) == []


@ALL
def test_a_machine_that_is_off_ignores_frames_and_timers(name: str) -> None:
    """Nothing happens before power-on."""
    machine = client(name)
    assert machine.handle(TimerFired(RETRANSMIT), 5.0) == []
    assert machine.handle(FrameReceived(offer()(Client(profile(name).machine.mac))), 5.0) == []


@ALL
def test_a_timer_works_once_and_not_before_its_time(name: str) -> None:
    """Early, repeated and unknown timers do nothing; a late one works."""
    machine = client(name)
    due = timers(machine.handle(PowerOn(), 0.0))[RETRANSMIT]
    assert machine.handle(TimerFired(RETRANSMIT), due - 0.001) == []
    assert machine.handle(TimerFired(Timer(Owner.FIRMWARE, "nonsense")), due) == []
    again = machine.handle(TimerFired(RETRANSMIT), due + 0.4)
    assert sent(again) == ["DHCPDISCOVER"]
    assert timers(again)[RETRANSMIT] > due + 0.4
    assert machine.handle(TimerFired(RETRANSMIT), due + 0.4) == []


@ALL
def test_it_finishes_in_silence_and_stays_finished(name: str) -> None:
    """The last action is the end; after it every event is met with nothing."""
    machine = client(name)
    running, now = timers(machine.handle(PowerOn(), 0.0)), 0.0
    actions: list[Action] = []
    while not machine.finished:
        timer = min(running, key=lambda known: running[known])
        now = running.pop(timer)
        actions = machine.handle(TimerFired(timer), now)
        running |= timers(actions)
    assert isinstance(actions[-1], Finish)
    assert CancelTimer(RETRANSMIT) in actions
    for event in (PowerOn(), KeyPressed("ESC"), FrameReceived(b""), TimerFired(RETRANSMIT)):
        assert machine.handle(event, now + 1) == []


@ALL
def test_keys_are_ignored_with_a_reason(name: str) -> None:
    """No prompt is emulated."""
    machine = client(name)
    machine.handle(PowerOn(), 0.0)
    (action,) = machine.handle(KeyPressed("F8"), 0.5)
    assert isinstance(action, Ignore)
    assert action.what == "the key F8"


def test_progress_is_what_has_been_downloaded() -> None:
    """Octets, and how many there will be if the server said."""
    book_ = book(IPXE)
    seen = [book_.progress]
    book_.sends(DHCPDISCOVER)
    book_.gets(offer(vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0"))
    book_.sends(DHCPREQUEST).gets(ack(siaddr=TFTP_SERVER, file="boot.0")).sends(RRQ)
    for message in (oack(blksize=512, tsize=600), data(1, bytes(512))):
        seen.append(book_.progress)
        book_.gets(message)
    assert [*seen, book_.progress] == [(0, None), (0, None), (0, 600), (512, 600)]
