"""`BootClient`: a firmware from power-on to boot file, as one function of its events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import inf
from typing import assert_never

from pxeclient.boot import goals
from pxeclient.boot.actions import Action, Finish
from pxeclient.boot.complaints import complained
from pxeclient.boot.dhcp.dialogue import Dialogue
from pxeclient.boot.dhcp.discovery import Discovery
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.dhcp.request import Request
from pxeclient.boot.download import Download, MulticastDownload
from pxeclient.boot.events import Event, FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.boot.handover import Inherited, inherited
from pxeclient.boot.ipv6 import Ipv6, router_advertised
from pxeclient.boot.machine import Machine
from pxeclient.boot.menu.menu import Menu
from pxeclient.boot.policy import Policy
from pxeclient.boot.proxy.bootserver import BootServerSearch
from pxeclient.boot.proxy.proxydhcp import ProxyDhcp
from pxeclient.boot.screen.growing import SCREEN
from pxeclient.boot.session import RETRANSMIT, Session, State
from pxeclient.boot.traits import Traits
from pxeclient.fetch.opening import Multicast, fetch
from pxeclient.stack.acts import Act, CancelTimer, Ignore, Owner, SetTimer, Timer
from pxeclient.stack.host import (
    Arrived,
    Happened,
    Host,
    IcmpError,
    RouterAdvertised,
    SegmentArrived,
    Unreachable,
)
from pxeclient.wire.arp import Arp

RING = 8
"""Frames that a card has buffers for while nobody looks at it (ipxe drivers/net/intel.h,
INTEL_RX_FILL)."""
RING_OCTETS = 48 * 1024
"""What the card itself can hold beyond those: the receive part of the 82540EM's packet buffer
as it is after a reset (PBA 0x30). Other cards that iPXE knows have less, down to nothing."""
_SLOT = 60
"""A frame takes as many octets there at least."""

_NONE = Timer(Owner.FIRMWARE)
"""No timer: the first of none."""

_OF_THE_CLOCK = frozenset((SetTimer, CancelTimer, Finish))
"""The actions that change which timers run; to look a type up is quicker than to ask for three."""


class BootClient:
    """One machine with one firmware, in one boot attempt."""

    def __init__(
        self,
        traits: Traits,
        policy: Policy,
        machine: Machine,
        stack: Host | None = None,
        only_configures: bool = False,
    ) -> None:
        """A machine that is off.

        Args:
            traits: Its firmware's data.
            policy: Its firmware's decisions.
            machine: What tells it from others.
            stack: Its network, if somebody else owns it, before and after; else one of its own.
            only_configures: It is over when DHCP has given all it will, without a word of a boot
                file: a `Finish` comes only where that has failed.
        """
        self._session = Session(traits, policy, machine, self._state, stack, only_configures)
        self._is_on = False
        self._may_stand_still = traits.ip.stops_at_prompt
        """At a prompt only the keyboard and the countdown are looked after."""
        self._deadlines: dict[Timer, float] = {}
        self._first: tuple[Timer, float] | None = (_NONE, inf)
        """Which of them runs out first, and when; None if it is to be looked for."""
        self._held: list[FrameReceived | TimerFired] = []
        """What happened while the machine looked only after its prompt."""
        self._held_frames = self._held_octets = 0
        """Frames among that, and octets of those that found no buffer."""

    @property
    def finished(self) -> bool:
        """The attempt is over."""
        return self._session.finished

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets downloaded, and how many there will be, if the server said."""
        return self._session.state.progress

    @property
    def lease(self) -> tuple[Reply, ...]:
        """The DHCPACK that was taken, and then the replies that count, in their order; or none."""
        ack = self._session.ack
        return () if ack is None else (ack, *self._session.sources)

    @property
    def stack(self) -> Host:
        """Its network."""
        return self._session.host

    def leaves(self) -> Inherited:
        """What it leaves to the program that it has fetched."""
        return inherited(self._session)

    def minds(self, message: Arp) -> bool:
        """An ARP message that goes to everybody would not be lost on this machine.

        For who has thousands of machines on one wire, and need not give to each of them what
        was meant for another.
        """
        return self._session.host.minds(message)

    def handle(self, event: Event, now: float) -> list[Action]:
        """Take one event at `now` (seconds since power-on); return its consequences, in order.

        Never blocks, never reads a clock, never raises for anything that a peer sent. A
        `TimerFired` that is late, repeated or cancelled does nothing, and neither does
        anything after `Finish`.
        """
        if isinstance(event, TimerFired):
            if not self._is_due(event.timer, now):
                return []
        elif type(event) is FrameReceived and self._is_on:
            done = self._session.state.on_frame(event.frame, now)
            if done is not None:
                return self._kept(done)
        actions = list(self._react(event, now))
        for action in actions:
            if type(action) not in _OF_THE_CLOCK:
                continue
            self._first = None
            if type(action) is SetTimer:
                self._deadlines[action.timer] = action.deadline
            elif type(action) is CancelTimer:
                self._deadlines.pop(action.timer, None)
            else:
                self._deadlines.clear()
                del actions[actions.index(action) + 1 :]  # nothing follows the end
                break
        return actions

    def _kept(self, done: list[Act]) -> list[Action]:
        """What a state did at once, its timer noted."""
        for act in done:
            if type(act) is SetTimer:
                self._first = None
                self._deadlines[act.timer] = act.deadline
        return [*done]

    def next_timer(self) -> tuple[Timer, float]:
        """The timer that runs out first, and when; never (infinity) if none runs."""
        if self._first is not None:
            return self._first
        # Of the two or three that run, whatever anybody sends (`neighbours`); a plain loop is
        # several times as fast as `min` by a key.
        first, due = _NONE, inf
        for timer, at in self._deadlines.items():
            if at < due:
                first, due = timer, at
        self._first = found = first, due
        return found

    def _is_due(self, timer: Timer, now: float) -> bool:
        """The timer runs and its time has come; it is used up by that."""
        deadline = self._deadlines.get(timer)
        if deadline is None or now < deadline:
            return False
        del self._deadlines[timer]
        self._first = None
        return True

    def _react(self, event: Event, now: float) -> Iterable[Action]:
        if self._session.finished:
            return ()
        if self._may_stand_still and self._session.state.is_prompting:
            return self._react_at_prompt(event, now)
        return self._act(event, now)

    def _react_at_prompt(self, event: Event, now: float) -> Iterator[Action]:
        """Hold what the network does until the machine looks at its card again."""
        match event:
            case FrameReceived(frame):
                yield from self._hold(event, frame)
            case TimerFired(timer) if timer not in (RETRANSMIT, SCREEN):
                self._held.append(event)
            case _:
                yield from self._act(event, now)
                if not self._session.state.is_prompting:
                    yield from self._let_go(now)

    def _hold(self, event: FrameReceived, frame: bytes) -> Iterator[Action]:
        """A card keeps what comes as far as it has room, then drops what comes later."""
        size = 0 if self._held_frames < RING else max(len(frame), _SLOT)
        if self._held_octets + size > RING_OCTETS:
            because = f"the card is full: {self._held_frames} came while the machine shows its menu"
            yield Ignore("a frame", because)
            return
        self._held_frames += 1
        self._held_octets += size
        self._held.append(event)

    def _let_go(self, now: float) -> Iterator[Action]:
        held, self._held = self._held, []
        self._held_frames = self._held_octets = 0
        for later in held:
            yield from self._react(later, now)

    def _act(self, event: Event, now: float) -> Iterable[Action]:
        # Not by patterns, which look attributes up by name: nearly all events are the first two.
        if isinstance(event, FrameReceived):
            return self._on_frame(event.frame, now)
        if isinstance(event, TimerFired):
            return self._on_timer(event.timer, now)
        match event:
            case KeyPressed(key):
                return self._session.state.on_key(self._session, key, now)
            case PowerOn():
                return self._on_power(now)
            case _:
                assert_never(event)

    def _on_power(self, now: float) -> Iterator[Action]:
        session = self._session
        if not self._is_on:
            self._is_on = True
            session.began = now
            yield from session.show(session.traits.screen.started, now)
            yield from session.screen.grow(session.traits.screen.configuring, now)
            for timer, due in session.host.timers():  # that somebody before us began
                yield SetTimer(timer, due)
            yield from session.enter(goals.Discover(Dialogue()), now)
            yield from session.background.start()

    def _on_frame(self, frame: bytes, now: float) -> Iterable[Action]:
        if not self._is_on:
            return ()
        session = self._session
        found = session.host.receive(frame, now)
        if type(found) is tuple and type(found[0]) is Arrived:  # a plain datagram: it is alone
            return session.state.on_datagram(session, found[0], now)
        return self._on_happened(found, now)

    def _on_happened(self, found: Iterable[Act | Happened], now: float) -> Iterator[Action]:
        """What the host has made of a frame."""
        session = self._session
        for happened in found:
            match happened:
                case Arrived():
                    yield from session.state.on_datagram(session, happened, now)
                case IcmpError():
                    yield from complained(session, happened, now)
                case RouterAdvertised():
                    yield from router_advertised(session, now)
                case SegmentArrived():
                    yield from session.state.on_segment(session, happened, now)
                case _:
                    yield happened

    def _on_timer(self, timer: Timer, now: float) -> Iterable[Action]:
        session = self._session
        match timer.owner:
            case Owner.FIRMWARE | Owner.FETCH:
                return session.state.on_timer(session, now)
            case Owner.SCREEN:
                return session.screen.grown(now, *session.state.progress)
            case Owner.BACKGROUND:
                return session.background.timer_fired(timer, now)
            case Owner.ARP | Owner.IGMP:
                return self._on_timer_of_stack(timer, now)
            case Owner.PROGRAM:
                return ()  # A ROM starts none itself.
            case _:
                assert_never(timer.owner)

    def _on_timer_of_stack(self, timer: Timer, now: float) -> Iterator[Action]:
        session, state = self._session, self._session.state
        for happened in session.host.timer_fired(timer, now):
            if isinstance(happened, Unreachable):
                yield from state.on_unreachable(session, happened.hop, now)
            else:
                yield happened

    def _state(self, goal: goals.Goal) -> State:
        """The state of a goal, which begins with what the goal gives it."""
        session = self._session
        match goal:
            case goals.Discover(dialogue):
                return Discovery(dialogue)
            case goals.Request(choice, dialogue):
                return Request(choice, dialogue)
            case goals.AskProxy(server, because, others):
                return ProxyDhcp(server, session.offered, because, others)
            case goals.AwaitIpv6(failed):
                return Ipv6(failed)
            case goals.ShowMenu(settings):
                return Menu(settings)
            case goals.FindBootServer(settings, type):
                return BootServerSearch(settings, type, session.offered, session.proxy_server)
            case goals.Download(boot_file):
                return Download(fetch(boot_file, session.host, session.fetcher))
            case goals.DownloadByMulticast(boot_file, parameters, naming):
                wanted = Multicast(boot_file, parameters)
                return MulticastDownload(fetch(wanted, session.host, session.fetcher), naming)
            case _:
                assert_never(goal)
