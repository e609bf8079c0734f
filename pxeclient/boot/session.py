"""What a boot attempt knows, and the few moves that every state makes.

A state is a row of functions (`State`); the rows stand in `discovery`, `request`,
`proxydhcp`, `bootserver` and `download`, and `client` puts them into one table. States
never call each other: they `enter` the next one by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address
from typing import TypeVar

from pxeclient.boot.actions import Action, Decide, Enter, Finish, StateName
from pxeclient.boot.background import Background
from pxeclient.boot.dhcp.numbering import secs, xid
from pxeclient.boot.dhcp.options import Names, fill
from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.dhcp.traits import MessageSecs, MessageXid
from pxeclient.boot.machine import Machine
from pxeclient.boot.menu.screen import MenuScreen, Search
from pxeclient.boot.policy import Kept, Policy, Select
from pxeclient.boot.screen.growing import SCREEN
from pxeclient.boot.screen.screen import Screen, ScreenFacts
from pxeclient.boot.traits import Traits
from pxeclient.decisions import Decision
from pxeclient.fetch.fetcher import Fetcher, Ports
from pxeclient.fetch.job import Job
from pxeclient.outcome import Booted, BootFile, DhcpFailure, Failed, Failure, Whole
from pxeclient.stack.acts import CancelTimer, Owner, SetTimer, Timer
from pxeclient.stack.chance import Dice
from pxeclient.stack.host import Arrived, Host
from pxeclient.wire.addresses import ANY
from pxeclient.wire.pxe import Mtftp, Purpose
from pxeclient.wire.udp import Datagram

RETRANSMIT = Timer(Owner.FIRMWARE, "retransmit")
"""The timer that every state waits with."""

AnswerT = TypeVar("AnswerT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class State:
    """One stage of a boot, as a row: what it does when."""

    on_enter: Callable[[Session, float], Iterator[Action]]
    on_datagram: Callable[[Session, Arrived, float], Iterator[Action]]
    on_timer: Callable[[Session, float], Iterator[Action]]
    on_unreachable: Callable[[Session, IPv4Address, float], Iterator[Action]]
    on_key: Callable[[Session, str, float], Iterator[Action]] | None = None


class Session:
    """The memory of one boot attempt."""

    def __init__(
        self,
        traits: Traits,
        policy: Policy,
        machine: Machine,
        states: Mapping[StateName, State],
        stack: Host | None = None,
    ) -> None:
        self.traits = traits
        self.policy = policy
        self.machine = machine
        self.host = stack or Host(machine.mac, traits.ip, Dice(machine.seed))
        self.dice = self.host.dice
        self.states = states
        self.state: StateName | None = None
        self.entered_at = 0.0
        self.tries = 0
        """Transmissions in this state."""
        self.finished = False
        self.names = Names(machine)
        self._filled: dict[str, bytes] = {}
        self.background = Background(traits.background, machine.mac, self.names)
        self.ipv6_until = max((item.holds_until for item in traits.background), default=0.0)
        """The boot waits for IPv6 until then."""
        self.ipv6_configured = False
        """A router has answered, so IPv6 at least is there."""
        self.dhcp_failure: DhcpFailure | None = None
        self.screen = Screen(traits.screen, self.facts)
        # DHCP
        self._drawn = self.dice.next()
        self.discovers = 0
        """DISCOVERs sent."""
        self.expiries = 0
        """Timers that ran out, a state's first transmission counting as one (iPXE's `secs`)."""
        self.refusals = 0
        """DHCPNAKs that came from the chosen server, heeded or not."""
        self.naks = 0
        self.kept: list[Kept] = []
        self.offers_seen = 0
        self.proxy_offers_seen = 0
        self.offer: Reply | None = None
        self.proxy_offer: Reply | None = None
        self.selected = Select.NOTHING
        self.ack: Reply | None = None
        self.proxy_server = ANY
        """The server asked on port 4011."""
        self.drawn_for_server = 0
        """The number drawn for the server that is asked now (`MessageXid.FRESH`)."""
        self.sent_in_state = 0
        """Transmissions in this state, to all servers."""
        self.expiries_in_state = 0
        """Timers that ran out in this state, counted as in `expiries`."""
        self.why_proxy = ""
        """The reason for asking port 4011, for the report of its silence."""
        # Boot file
        self.sources: tuple[Reply, ...] = ()
        """The replies that count once the address is confirmed, in the firmware's order."""
        self.boot_file: BootFile | None = None
        self.naming: Reply | None = None
        """The reply that names it."""
        self.asked_boot_server: IPv4Address | None = None
        """The last address at which a boot server was asked by unicast."""
        self.waiting_replies: list[Reply] = []
        """Replies of port 4011 that are looked at when the waiting time is over."""
        self.proxies_left: list[Reply] = []
        """Kept proxy offers whose servers were not asked yet."""
        self.menu: MenuScreen | None = None
        self.search: Search | None = None
        self.multicast: Mtftp | None = None
        """The parameters of the multicast download."""
        self.job: Job | None = None
        """The download under way."""
        self.has_asked = False
        """The boot file was asked for by TFTP."""
        self.fetcher = Fetcher(
            traits.tftp,
            policy.tftp_error,
            Ports(traits.tftp, self.dice),
            machine.memory,
            traits.mtftp,
            traits.ip.arp_failure_ends,
        )

    @property
    def stands_still(self) -> bool:
        """Only the keyboard and the menu prompt's countdown are looked after."""
        if not self.traits.ip.stops_at_prompt or self.state is not StateName.MENU:
            return False
        return self.menu is not None and not self.menu.is_open

    def filled(self, template: str) -> bytes:
        """An option's value with this machine's names filled in; a boot sends it several times."""
        octets = self._filled.get(template)
        if octets is None:
            octets = self._filled[template] = fill(template, self.names)
        return octets

    def xid(self, purpose: Purpose) -> int:
        """The transaction id of a message for `purpose`."""
        match self.traits.dhcp.messages[purpose].xid:
            case MessageXid.SAME:
                return xid(self.traits.dhcp.xid, self.machine.mac, self._drawn, self.discovers)
            case MessageXid.ZERO:
                return 0
            case MessageXid.FRESH:
                return self.drawn_for_server

    def secs(self, purpose: Purpose) -> int:
        """The `secs` field of a message for `purpose` sent now."""
        shape = self.traits.dhcp.messages[purpose]
        match shape.secs:
            case MessageSecs.COUNTED:
                return 4 * self.expiries_in_state
            case MessageSecs.LISTED:
                return shape.secs_listed[min(self.tries, len(shape.secs_listed)) - 1]
            case MessageSecs.SAME:
                return self._boot_secs()

    def _boot_secs(self) -> int:
        return secs(
            self.traits.dhcp,
            self.discovers,
            self.expiries,
            self.offer is not None,
            self.proxy_offer is not None,
        )

    def enter(self, state: StateName, now: float) -> Iterator[Action]:
        """Move to `state` and do what it begins with."""
        self.state, self.entered_at = state, now
        self.tries = self.sent_in_state = self.expiries_in_state = 0
        yield CancelTimer(RETRANSMIT)
        yield Enter(state)
        yield from self.states[state].on_enter(self, now)

    def ask_anew(self) -> None:
        """Another server is asked in the same state: its transmissions count from 0."""
        self.tries = 0
        self.drawn_for_server = self.dice.next()

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

    def show(self, lines: tuple[str, ...], now: float, **values: object) -> Iterator[Action]:
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

    def _finish(self, finish: Finish) -> Iterator[Action]:
        self.finished = True
        yield CancelTimer(RETRANSMIT)
        yield CancelTimer(SCREEN)
        yield finish


def decided(decision: Decision[AnswerT], about: str = "") -> Decide:
    """The action that puts a decision into the trace."""
    return Decide(decision, about)
