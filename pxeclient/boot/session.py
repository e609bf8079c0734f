"""What lasts in a boot attempt, and the few moves that every state makes.

A state is an object with the memory of its own (`State`): made when it is entered, gone when it is
left. They stand in `discovery`, `request`, `proxydhcp`, `ipv6`, `menu`, `bootserver` and
`download`; `client` makes them. States never call each other: they `enter` a goal (`goals`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from ipaddress import IPv4Address
from itertools import chain
from typing import ClassVar, TypeVar

from pxeclient.boot.actions import Action, Decide, Enter, Finish, StateName
from pxeclient.boot.background import Background
from pxeclient.boot.dhcp.dialogue import Cached
from pxeclient.boot.dhcp.numbering import Numbers
from pxeclient.boot.dhcp.options import Names, fill
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.goals import Goal
from pxeclient.boot.machine import Machine
from pxeclient.boot.policy import Policy
from pxeclient.boot.screen.growing import SCREEN
from pxeclient.boot.screen.screen import Screen, ScreenFacts
from pxeclient.boot.traits import Traits
from pxeclient.decisions import Decision
from pxeclient.fetch.fetcher import Fetcher, Ports
from pxeclient.outcome import Booted, BootFile, Failed, Failure, Whole
from pxeclient.stack.acts import Act, CancelTimer, Ignore, Owner, SetTimer, Timer
from pxeclient.stack.chance import Dice
from pxeclient.stack.host import Arrived, Host, SegmentArrived
from pxeclient.wire.addresses import ANY
from pxeclient.wire.udp import Datagram

RETRANSMIT = Timer(Owner.FIRMWARE, "retransmit")
"""The timer that every state waits with."""
_WAIT_NO_MORE = CancelTimer(RETRANSMIT)

UNNAMED = BootFile(b"", ANY, "nobody")
"""The boot file that nobody has named yet."""

AnswerT = TypeVar("AnswerT", bound=StrEnum)


class State(ABC):
    """One stage of a boot: what it does when, and what it remembers meanwhile."""

    name: ClassVar[StateName]
    entered_at = 0.0

    @abstractmethod
    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """It begins."""

    def on_frame(self, frame: bytes, now: float) -> list[Act] | None:
        """A frame came: what is done on it at once, before the host looks at it; else None."""
        return None

    @abstractmethod
    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterable[Action]:
        """A UDP datagram came for this machine."""

    @abstractmethod
    def on_timer(self, session: Session, now: float) -> Iterable[Action]:
        """The time that it waited for is over."""

    def on_unreachable(self, session: Session, hop: IPv4Address, now: float) -> Iterable[Action]:
        """ARP found nobody there: nothing comes of it, the state's own timer runs."""
        return ()

    def on_segment(self, session: Session, arrived: SegmentArrived, now: float) -> Iterable[Action]:
        """A TCP segment came: nobody listens."""
        return (Ignore(f"a TCP segment from {arrived.source}", "nobody listens on that port"),)

    def on_key(self, session: Session, key: str, now: float) -> Iterable[Action]:
        """Somebody pressed a key."""
        return (Ignore(f"the key {key}", "this firmware takes no keys at this stage"),)

    def on_router(self, session: Session, now: float) -> Iterable[Action]:
        """An IPv6 router has made itself known: IPv6 is configured."""
        return ()

    def has_sent(self, port: int, to: tuple[IPv4Address, int]) -> bool:
        """It fetches a file from that port of ours at that address and port."""
        return False

    @property
    def is_prompting(self) -> bool:
        """Until somebody presses a key, or the time for that is over, nothing happens."""
        return False

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets downloaded, and how many there will be, if the server said."""
        return 0, None

    def stop(self, session: Session, now: float) -> Iterable[Action]:
        """The boot ends, and not by this state's doing."""
        return ()


class Off(State):
    """The machine is switched off: nothing reaches it."""

    def on_enter(self, session: Session, now: float) -> Iterator[Action]:
        """Nothing."""
        return iter(())

    def on_datagram(self, session: Session, arrived: Arrived, now: float) -> Iterable[Action]:
        """Nothing."""
        return ()

    def on_timer(self, session: Session, now: float) -> Iterable[Action]:
        """Nothing."""
        return ()


class Session:
    """What lasts in one boot attempt."""

    def __init__(
        self,
        traits: Traits,
        policy: Policy,
        machine: Machine,
        make: Callable[[Goal], State],
        stack: Host | None = None,
        only_configures: bool = False,
    ) -> None:
        self.traits = traits
        self.policy = policy
        self.machine = machine
        self.host = stack or Host(machine.mac, traits.ip, Dice(machine.seed))
        self.dice = self.host.dice
        self._make = make
        self.state: State = Off()
        self.began = 0.0
        """When it was switched on."""
        self.finished = False
        self.only_configures = only_configures
        """Nobody wants a boot file: it is over when DHCP has given all it will."""
        self.names = Names(machine)
        self._filled: dict[str, bytes] = {}
        self.background = Background(traits.background, machine.mac, self.names)
        self.screen = Screen(traits.screen, self.facts)
        self.ipv6_until = max((item.holds_until for item in traits.background), default=0.0)
        """The boot waits for IPv6 until then."""
        self.ipv6_configured = False
        """A router has answered, so IPv6 at least is there."""
        self.numbers = Numbers(traits.dhcp, machine.mac, self.dice.next())
        self.fetcher = Fetcher(
            traits.tftp,
            policy.tftp_error,
            Ports(traits.tftp, self.dice),
            machine.memory,
            traits.mtftp,
            traits.ip.arp_failure_ends,
        )
        self.offered = ANY
        """The address that was offered, and is requested."""
        self.cached = Cached()
        self.ack: Reply | None = None
        """The reply that confirmed an address."""
        self.proxy_server = ANY
        """The server that was asked last on port 4011."""
        self.sources: tuple[Reply, ...] = ()
        """The replies that count once the address is confirmed, in the firmware's order."""
        self.boot_file = UNNAMED
        self.naming: Reply | None = None
        """The reply that names it."""
        self.has_asked = False
        """The boot file was asked for by TFTP."""

    def filled(self, template: str) -> bytes:
        """An option's value with this machine's names filled in; a boot sends it several times."""
        octets = self._filled.get(template)
        if octets is None:
            octets = self._filled[template] = fill(template, self.names)
        return octets

    def enter(self, goal: Goal, now: float) -> Iterable[Action]:
        """Move to the state of that goal, and do what it begins with."""
        state = self.state = self._make(goal)
        state.entered_at = now
        return chain((_WAIT_NO_MORE, Enter(state.name)), state.on_enter(self, now))

    def wait(self, seconds: float, now: float) -> Action:
        """Set the timer that every state waits with."""
        return SetTimer(RETRANSMIT, now + seconds)

    def send(
        self,
        source_port: int,
        to: IPv4Address,
        port: int,
        payload: bytes,
        now: float,
        dont_fragment: bool = False,
    ) -> Iterable[Action]:
        """Send a UDP datagram from our address."""
        return self.host.send(Datagram(source_port, port, payload), to, now, dont_fragment)

    def show(self, lines: tuple[str, ...], now: float, **values: object) -> Iterable[Action]:
        """Write lines of the profile on the machine's screen."""
        return self.screen.show(lines, now, **values)

    def facts(self, now: float) -> ScreenFacts:
        """What the lines of the profile may name."""
        return ScreenFacts(
            machine=self.machine,
            address=self.host.address,
            mask=self.host.mask,
            ack=self.ack,
            proxy_server=self.proxy_server,
            boot_file=self.boot_file,
            naming=self.naming,
        )

    def fail(
        self, failure: Failure, because: str, now: float, **values: object
    ) -> Iterator[Action]:
        """End the attempt with the firmware's own words."""
        words = self.traits.failures.get(failure)
        code = words.code if words else ""
        text = words.text.format_map(values) if words else f"pxeclient: {because}"
        if words:
            begun = self.ack is not None, self.has_asked
            values = {"text": text, "code": code, **values}
            yield from self.screen.failure(words, *begun, now, values)
        yield from self._finish(Finish(Failed(failure, code, text, because)))

    def succeed(
        self, boot_file: BootFile, content: bytes, now: float, whole: Whole | None = None
    ) -> Iterator[Action]:
        """End the attempt with the boot file; `whole` if `content` is only its beginning."""
        booted = Booted(boot_file, content, whole)
        yield from self.screen.booted(content, booted.size, now)
        yield from self._finish(Finish(booted))

    def configured(self, now: float) -> Iterator[Action]:
        """Be done: DHCP has given all it will, and that was all that was wanted."""
        yield from self.screen.lease(now)
        self.finished = True
        yield _WAIT_NO_MORE
        yield CancelTimer(SCREEN)

    def _finish(self, finish: Finish) -> Iterator[Action]:
        self.finished = True
        yield _WAIT_NO_MORE
        yield CancelTimer(SCREEN)
        yield finish


def decided(decision: Decision[AnswerT], about: str = "") -> Decide:
    """The action that puts a decision into the trace."""
    return Decide(decision, about)
