"""Whatever the network does to a program, nothing is raised, and it ends in bounded traffic."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pxeclient.boot.actions import AwaitKey, BeginStage, Finish, StateName
from pxeclient.boot.events import FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.machine import Firmware, Given, Program, StagedBoot
from pxeclient.machine.staged import MOST_STAGES
from pxeclient.outcome import Booted
from pxeclient.playbook import ServerMessage, arp_reply, data, oack, offer
from pxeclient.stack.acts import Owner, Timer
from tests.boots import profile
from tests.examples import examples
from tests.machine.lister import LISTER, own_stack
from tests.properties.network import Account, keys, messages, mutated, mutations, pieces
from tests.properties.test_every_state_takes_every_event import EVENTS, MESSAGES, event

PLACES = ("a program", "one with its own stack", "a firmware that was fetched")
"""What runs as the second stage."""
STEPS = ("begins", "asks for its list", "asks for its menu", "waits for a key")
"""How far that has come."""


Happens: TypeAlias = Callable[["Staged"], object]
"""Something that happens to a machine."""


class Staged(Account):
    """An account of a machine that goes on after its boot file."""

    def __init__(self, firmware: str, place: str) -> None:
        self.place = place
        super().__init__(profile(firmware))

    def fresh(self) -> StagedBoot:  # type: ignore[override]
        """Another client of the same machine."""
        known = self.profile
        firmware = Firmware(known.name, known.traits, known.policy)

        def loader(given: Given) -> Program | Firmware | None:
            match self.place:
                case "a program":
                    return LISTER
                case "one with its own stack":
                    return own_stack(given)
                case _:
                    return firmware

        return StagedBoot(firmware, known.machine, loader)

    def wakes(self, late: float = 0.0) -> None:
        """The next timer runs out; nothing happens if none runs."""
        timer, due = self.boot.next_timer()
        if due < inf:
            self.now = max(self.now, due) + late
            self.feed(TimerFired(timer))

    def to_the_end(self) -> None:
        """Silence, and ESC where only a key helps, until it has finished."""
        for _ in range(2000):
            if self.boot.finished:
                return
            if self.boot.next_timer()[1] < inf:
                self.wakes()
            else:
                self.presses("ESC")
            self.check()
        raise AssertionError(f"it has not ended after {self.now:.0f} s")

    def check(self) -> None:
        """All that must hold after any event."""
        ended, begun = self.counted[Finish], self.counted[BeginStage]
        assert ended <= MOST_STAGES
        assert begun <= ended
        if self.boot.finished:
            assert ended == begun + 1
            assert isinstance(self.actions[-1], Finish), "something follows the end"
        else:
            assert ended == begun
            _, due = self.boot.next_timer()
            assert due < inf or self.counted[AwaitKey], "it is neither finished nor waiting"
        self._check_words()

    def runs(self) -> bool:
        """The second stage has begun."""
        return self.counted[BeginStage] > 0

    def reaches(self, *states: StateName) -> None:
        """Timers run out until it is in one of these states."""
        for _ in range(200):
            if self.state in states:
                return
            self.wakes()
        raise AssertionError(f"it has not come to {states}, but to {self.state}")

    def leased(self) -> None:
        """Some server gives it an address and names a file, all by broadcast."""
        self.gets(LEASE())
        self.reaches(StateName.REQUEST)
        self.gets(LEASE(type=5))

    def file(self, content: bytes) -> None:
        """A file of one block comes, its size having been asked for first or not."""
        self.gets(arp_reply("10.77.0.3"))
        self.gets(oack(tsize=len(content)))
        self.gets(data(1, content))


LEASE = partial(offer, broadcast=True, siaddr="10.77.0.3", file="boot.0")


def account_at(firmware: str, place: str, step: str) -> Staged:
    """A machine whose second stage has come as far as that."""
    account = Staged(firmware, place)
    account.leased()
    account.reaches(StateName.DOWNLOAD)
    account.file(b"NBP")
    assert account.runs()
    if step == "begins" or place == PLACES[-1]:
        return account
    account.leased()
    for _ in range(STEPS.index(step) - 1):
        account.file(b"list")
    return account


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("firmware", ["ipxe", "edk2", "vmware-e1000e"])
def test_every_stage_copes(firmware: str, place: str, step: str) -> None:
    """Twice the same event, then silence to the end: it finishes, and then hears nothing."""
    for happens in (*MESSAGES, *EVENTS):
        account = account_at(firmware, place, step)
        for _ in range(2):
            account.feed(event(account, happens))
            account.check()
        if place != PLACES[-1]:
            account.to_the_end()
            assert account.feed(event(account, happens)) == []


def says(message: ServerMessage) -> Happens:
    """A server's frame arrives."""
    return lambda account: account.gets(message)


def is_garbled(parts: tuple[ServerMessage, list[tuple[int, int]], int | None]) -> Happens:
    """It arrives with some octets changed, or cut off."""
    message, changes, cut = parts
    return lambda account: account.feed(
        FrameReceived(mutated(message(account.client), changes, cut))
    )


def in_fragments(parts: tuple[ServerMessage, int]) -> Happens:
    """It arrives in fragments, the last first."""
    message, mtu = parts
    return lambda account: [
        account.feed(FrameReceived(piece))
        for piece in reversed(pieces(message(account.client), mtu))
    ]


def noise(octets: bytes) -> Happens:
    """Anything at all arrives, to the machine's address."""
    return lambda account: account.feed(FrameReceived(account.profile.machine.mac + octets))


def time_passes(late: float) -> Happens:
    """The next timer runs out, perhaps late."""
    return lambda account: account.wakes(late)


def spuriously(timer: Timer) -> Happens:
    """A timer runs out that has not."""

    def fires(account: Staged) -> None:
        if account.boot.next_timer()[0] != timer:
            account.feed(TimerFired(timer))

    return fires


events = st.one_of(
    messages.map(says),
    st.tuples(messages, mutations, st.none() | st.integers(0, 600)).map(is_garbled),
    st.tuples(messages, st.sampled_from((28, 68, 300))).map(in_fragments),
    st.binary(max_size=80).map(noise),
    st.floats(0, 3.0).map(time_passes),
    st.builds(Timer, st.sampled_from(Owner), st.sampled_from(("10.77.0.3", "wait"))).map(
        spuriously
    ),
    keys.map(lambda key: lambda account: account.feed(KeyPressed(key))),
    st.just(lambda account: account.feed(PowerOn())),
)


@given(
    firmware=st.sampled_from(["ipxe", "edk2", "vmware-e1000e"]),
    place=st.sampled_from(PLACES),
    step=st.sampled_from(STEPS),
    happens=st.lists(events, max_size=25),
)
@settings(max_examples=examples(0.5))
def test_any_frames_to_any_stage_raise_nothing(
    firmware: str, place: str, step: str, happens: list[Happens]
) -> None:
    """And the same events give the same actions again."""
    account = account_at(firmware, place, step)
    for one in happens:
        one(account)
        account.check()
    again = account.fresh()
    actions = [act for event, now in account.events for act in again.handle(event, now)]
    assert actions == account.actions
    assert isinstance(next(a for a in actions if isinstance(a, Finish)).outcome, Booted)
