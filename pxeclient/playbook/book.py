"""`Playbook`: drives a firmware step by step and checks what it does.

It keeps a clock of its own and steps the client itself, where all other boots go by the loop of
`boots.loop` over a link: what happens when *is* the test here, so no loop may decide it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Address
from math import inf
from typing import NoReturn, Self, Unpack

from pxeclient.boot.actions import Action, AwaitKey, Decide, Enter, Print, StateName
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import Event, FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.boot.machine import Machine
from pxeclient.boot.screen.terminal import Terminal
from pxeclient.outcome import Booted, Failed, Outcome
from pxeclient.playbook.faults import check_faults, time_faults
from pxeclient.playbook.ladder import ladder
from pxeclient.playbook.messages import (
    TFTP_SERVER,
    Client,
    ServerMessage,
    TftpPacket,
    arp_reply,
    data,
)
from pxeclient.playbook.sight import Checks, Kind, Sight, sight
from pxeclient.profile import Profile
from pxeclient.stack.acts import CancelTimer, Ignore, SendFrame, SetTimer
from pxeclient.trace import Item, Trace
from pxeclient.wire import tftp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.options import printable


class Playbook:
    """One boot attempt under a script, on a clock that only its steps move.

    Frames are checked strictly in order: the client may send nothing that no step names,
    but for what it sends while the book `waits`. Decisions, ignores, prints and states may
    be passed over; a step that names one looks no further than the next frame sent.

    ARP requests are answered at once for every address but those of `absent`, and need no
    step of their own; neither do ARP replies, nor what goes out beside the boot (EAPOL, IPv6).
    `sends` can name them all the same.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        machine: Machine | None = None,
        absent: Iterable[str] = (),
    ) -> None:
        """Switch the machine on.

        Args:
            profile: The firmware.
            machine: The machine that boots; the profile's if none is given.
            absent: Addresses for which nobody answers ARP.
        """
        machine = machine or profile.machine
        self.trace = Trace(profile.name, profile.title, "a playbook", runs=profile.runs)
        self.trace.profile_version = profile.version
        self.now = 0.0
        """Seconds since power-on."""
        self._boot = BootClient(profile.traits, profile.policy, machine)
        self.client = Client(machine.mac)
        """What the servers know of it by now."""
        self._absent = {IPv4Address(address) for address in absent}
        self._screen = Terminal()
        self._shown: dict[int, str] = {}
        """What the line is that each `Print` was part of, by the number of its record."""
        self._read = 0
        """Records that the steps so far have dealt with."""
        self._excused = 0
        """Frames among the records before this one need no step."""
        self._step_at = 0.0
        self._feed(PowerOn())

    @property
    def ladder(self) -> str:
        """The boot so far, one line for everything that happened."""
        return ladder(self.trace.records)

    @property
    def progress(self) -> tuple[int, int | None]:
        """Octets downloaded, and how many there will be, if the server said."""
        return self._boot.progress

    # --- what happens to the client -------------------------------------------------------
    def gets(self, message: ServerMessage | bytes, *, after: float = 0.001) -> Self:
        """A frame reaches the client, `after` seconds from the previous step."""
        self._advance(after)
        frame = message if isinstance(message, bytes) else message(self.client)
        self._feed(FrameReceived(frame))
        return self._done()

    def presses(self, key: str) -> Self:
        """Somebody presses a key."""
        self._feed(KeyPressed(key))
        return self._done()

    def waits(self, seconds: float) -> Self:
        """Time passes; what the client sends meanwhile needs no step."""
        self._advance(seconds)
        self._excused = len(self.trace.records)
        return self._done()

    # --- what the client does -------------------------------------------------------------
    def sends(
        self,
        kind: Kind,
        *,
        to: str | None = None,
        at: float | None = None,
        after: float | None = None,
        within: tuple[float, float] | None = None,
        **checks: Unpack[Checks],
    ) -> Self:
        """The next frame the client sends is this one, whenever it comes.

        Args:
            kind: What it carries.
            to: Its destination, ``address:port`` (of an ARP request: the address asked for).
            at: Seconds since power-on.
            after: Seconds since the previous step.
            within: The same as a range.
            checks: What is checked besides.
        """
        wanted = " ".join((f"sends {kind}", *([f"to {to}"] if to else [])))
        sent_at, seen = self._next_frame(kind, to, wanted)
        if seen.kind != kind or (to is not None and seen.to != to):
            self._fail(wanted)
        self._judge(wanted, time_faults(sent_at, sent_at - self._step_at, at, after, within))
        self._judge(wanted, check_faults(seen.checks, checks))
        return self._done(sent_at)

    def stays_quiet(self, seconds: float) -> Self:
        """For so long the client sends nothing (but ARP that is answered)."""
        self._advance(seconds)
        if any(True for _ in self._unread_frames()):
            self._fail(f"stays quiet for {seconds} s")
        return self._done()

    def decides(self, question: str, rule: str) -> Self:
        """The client answers `question` by `rule`."""

        def is_it(item: Item, at: int) -> bool:
            wanted = (question, rule)
            return (
                isinstance(item, Decide) and (item.decision.question, item.decision.rule) == wanted
            )

        return self._notes(is_it, f"decides {question} by {rule}")

    def ignores(self, what: str = "", *, because: str) -> Self:
        """The client drops something; `what` and `because` are parts of its words, or the rule."""

        def is_it(item: Item, at: int) -> bool:
            if not isinstance(item, Ignore) or what not in item.what:
                return False
            return because in item.because or because == item.rule

        return self._notes(is_it, f"ignores {what or 'something'}, because: {because}")

    def prints(self, text: str) -> Self:
        """A line on its screen comes to hold `text`, complete or not."""
        return self._notes(
            lambda item, at: isinstance(item, Print) and text in self._shown[at],
            f"prints {text!r}",
        )

    def enters(self, state: StateName) -> Self:
        """It reaches that state."""
        return self._notes(
            lambda item, at: isinstance(item, Enter) and item.state is state, f"enters {state}"
        )

    def awaits_key(self, shows: str) -> Self:
        """It watches its keyboard while it shows that."""
        return self._notes(
            lambda item, at: isinstance(item, AwaitKey) and item.shows == shows,
            f"awaits a key at {shows}",
        )

    def downloads(
        self, name: str, content: bytes = b"the boot file", *, server: str = TFTP_SERVER
    ) -> Self:
        """It fetches `name` from `server` by TFTP and gets `content`, of one short block.

        The server agrees to all options; what passes needs no steps.
        """
        self.sends(Kind.RRQ, to=f"{server}:69", file=name)
        while not self._boot.finished:
            asked = self._asked_last()
            port = self.client.tftp_port
            if asked:
                if "tsize" in asked:
                    asked["tsize"] = str(len(content))
                agreed = tuple((name.encode(), value.encode()) for name, value in asked.items())
                self.gets(TftpPacket(tftp.OptionAck(agreed), server))
            if self.client.tftp_port == port:
                self.gets(data(1, content, server=server))
            if self.client.tftp_port == port and not self._boot.finished:
                self._fail(f"downloads {name} in one block")
            self._excused = len(self.trace.records)
        return self

    def ends(
        self, boot_file: str, *, at: float | None = None, content: bytes | None = None
    ) -> Self:
        """It has fetched `boot_file`, and that is the end."""
        wanted = f"ends with {boot_file!r}"
        outcome = self._outcome(wanted)
        if not isinstance(outcome, Booted) or printable(outcome.boot_file.name) != boot_file:
            self._fail(wanted)
        if content is not None and outcome.content != content:
            self._fail(f"{wanted}, {len(content)} octets of what was sent")
        self._judge(wanted, time_faults(self.now, self.now - self._step_at, at))
        return self._done()

    def fails(
        self,
        code: str,
        *,
        at: float | None = None,
        after: float | None = None,
        because: str = "",
    ) -> Self:
        """It gives up with that code; `because` is a part of the reason for people."""
        wanted = f"fails with {code}" + (f", because: {because}" if because else "")
        outcome = self._outcome(wanted)
        if not isinstance(outcome, Failed) or outcome.code != code:
            self._fail(wanted)
        if because not in outcome.because:
            self._fail(wanted)
        self._judge(wanted, time_faults(self.now, self.now - self._step_at, at, after))
        return self._done()

    # --- reading the trace ----------------------------------------------------------------
    def _next_frame(self, kind: Kind, to: str | None, wanted: str) -> tuple[float, Sight]:
        """The next frame to deal with, and when it went; time passes until there is one."""
        while True:
            for at, seen in self._unread_frames(kind, to):
                self._read = at + 1
                return self.trace.records[at].at, seen
            if not self._fire_next():
                self._fail(wanted)

    def _unread_frames(
        self, kind: Kind | None = None, to: str | None = None
    ) -> Iterator[tuple[int, Sight]]:
        """Frames sent that no step has named; those that need none only if they are this kind."""
        for at in range(max(self._read, self._excused), len(self.trace.records)):
            item = self.trace.records[at].item
            if isinstance(item, SendFrame):
                seen = sight(item.frame)
                named = seen.kind is kind and to in (None, seen.to)
                if named or not self._needs_no_step(seen):
                    yield at, seen

    def _needs_no_step(self, seen: Sight) -> bool:
        if seen.kind is Kind.ARP:
            return IPv4Address(seen.to) not in self._absent
        return seen.kind in (Kind.ARP_REPLY, Kind.EAPOL, Kind.IPV6)

    def _notes(self, is_it: Callable[[Item, int], bool], wanted: str) -> Self:
        """Find something that is no frame, before the next frame."""
        stop = next((at for at, _ in self._unread_frames()), len(self.trace.records))
        found = (at for at in range(self._read, stop) if is_it(self.trace.records[at].item, at))
        at = next(found, None)
        if at is None:
            self._fail(wanted)
        self._read = at + 1
        return self._done()

    def _outcome(self, wanted: str) -> Outcome:
        while not self._boot.finished:
            if any(True for _ in self._unread_frames()) or not self._fire_next():
                self._fail(wanted)
        if any(True for _ in self._unread_frames()):
            self._fail(wanted)
        outcome = self.trace.outcome
        assert outcome is not None
        return outcome

    def _asked_last(self) -> dict[str, str]:
        """The options of the latest read request."""
        for record in reversed(self.trace.records):
            if isinstance(record.item, SendFrame):
                seen = sight(record.item.frame)
                if seen.kind is Kind.RRQ:
                    return dict(seen.checks["asks"])
        return {}

    # --- moving the clock -----------------------------------------------------------------
    def _advance(self, seconds: float) -> None:
        end = self.now + seconds
        while self._boot.next_timer()[1] <= end:
            self._fire_next()
        self.now = end

    def _fire_next(self) -> bool:
        """Jump to the next timer; False if none runs."""
        name, due = self._boot.next_timer()
        if due == inf:
            return False
        self.now = max(self.now, due)
        self._feed(TimerFired(name))
        return True

    def _feed(self, event: Event) -> None:
        if self._boot.finished:
            return
        if not isinstance(event, TimerFired):
            self.trace.add(self.now, event)
        answers: list[bytes] = []
        for action in self._boot.handle(event, self.now):
            self._take(action, answers)
        self.trace.ended = self.now
        for answer in answers:
            self._feed(FrameReceived(answer))

    def _take(self, action: Action, answers: list[bytes]) -> None:
        match action:
            case SetTimer() | CancelTimer():
                pass
            case SendFrame(frame):
                self.trace.add(self.now, action)
                answers += self._hear(frame)
            case Print():
                lines = [*self._screen.write(action), self._screen.line]
                self._shown[len(self.trace.records)] = "\n".join(lines)
                self.trace.add(self.now, action)
            case _:
                self.trace.add(self.now, action)

    def _hear(self, frame: bytes) -> list[bytes]:
        """Note what the servers learn from a frame; the ARP answer that it gets at once."""
        seen, client = sight(frame), self.client
        source = IPv4Address(seen.checks.get("source", "0.0.0.0"))
        client.address = client.address if source == ANY else source
        if "xid" in seen.checks:
            client.xid, client.dhcp_port = seen.checks["xid"], seen.checks["source_port"]
        if seen.kind is Kind.RRQ:
            client.tftp_port = seen.checks["source_port"]
        asked = IPv4Address(seen.to) if seen.kind is Kind.ARP else ANY
        if asked in (ANY, source) or asked in self._absent:
            return []
        return [arp_reply(str(asked))(client)]

    # --- judging --------------------------------------------------------------------------
    def _done(self, at: float | None = None) -> Self:
        self._step_at = self.now if at is None else at
        return self

    def _judge(self, wanted: str, faults: Iterator[str]) -> None:
        fault = next(faults, None)
        if fault is not None:
            self._fail(f"{wanted} {fault}")

    def _fail(self, wanted: str) -> NoReturn:
        raise AssertionError(f"the boot so far:\n{self.ladder}\nwanted next: {wanted}")
