"""One connection, from its SYN to its end: what came and what time it is in, segments out.

Each segment that comes is answered by one at most. Sources of the differences between firmwares
stand with their traits in `firmware/`; of what all share, RFC 9293 §3.10.
"""

from __future__ import annotations

from enum import Enum, auto
from math import inf

from pxeclient.stack.acts import CancelTimer, Ignore, SetTimer, Timer
from pxeclient.stack.host import Host, SegmentArrived
from pxeclient.stack.tcp import events, options, segments
from pxeclient.stack.tcp.clock import Clock, Due
from pxeclient.stack.tcp.events import Step
from pxeclient.stack.tcp.inbox import Inbox
from pxeclient.stack.tcp.outbox import Outbox, scale_of
from pxeclient.stack.tcp.segments import Place
from pxeclient.stack.tcp.sequence import ahead, plus
from pxeclient.stack.tcp.traits import Acks, Ends, TcpTraits
from pxeclient.stack.tcp.window import Window
from pxeclient.wire.tcp import SACK_PERMITTED, WINDOW_SCALE, Flags, Segment, TcpOption

_FIN, _SYN, _RST, _PSH, _ACK = map(int, (Flags.FIN, Flags.SYN, Flags.RST, Flags.PSH, Flags.ACK))
"""Plain numbers: a segment's flags are looked at many times, and there are many segments."""


class _State(Enum):
    NEW = auto()
    SYN_SENT = auto()
    OPEN = auto()
    OVER = auto()


class Connection:
    """A connection that we open.

    `open` comes first and once. Whoever runs it tells it of every segment that comes to its port
    (`is_from` says whether it is this one's), of its timer, and does what it says, in that order:
    acts come first, then events, on which more may be told to it. After an event
    of `events.OVER` it may still be told of segments: a firmware that answers those, answers them.
    """

    def __init__(
        self,
        host: Host,
        traits: TcpTraits,
        place: Place,
        sequence: int,
        timer: Timer,
        left_over: int = 0,
    ) -> None:
        """Nothing is sent yet.

        Args:
            host: What it sends by.
            traits: Whose ways it goes.
            place: Between which ends.
            sequence: Of its SYN.
            timer: The only one that it runs, of its owner's.
            left_over: What its SYN has in the field *acknowledgement*, where it means nothing:
                TcpDxe's that of the connection before, if a new one takes its place
                (`acknowledged`; recordings ovmf-virtio/h4-close, h4-keepalive-lost).
        """
        self.place = place
        self._host, self._traits, self._timer = host, traits, timer
        self._state = _State.NEW
        self._in, self._outbox = Inbox(left_over), Outbox(traits, sequence)
        self._window, self._stamps = Window(traits), options.Stamps(traits)
        self._sacks = self._is_deaf = False
        self._owes = False
        """An acknowledgement."""
        self._late = 0
        """Segments that were taken without one."""
        self._repeats = 0
        phase = host.dice.next() % 1000 / 1000 * traits.tick if traits.tick else 0.0
        self._clock = Clock(traits.tick, phase)
        self._told = inf
        """When the runner believes that the timer runs out."""
        self._out: list[Step] = []
        self._events: list[Step] = []

    # --- what is told to it ----------------------------------------------------------------
    def open(self, now: float) -> list[Step]:
        """Send the SYN."""
        self._state = _State.SYN_SENT
        self._send_syn(now)
        return self._steps()

    def send(self, octets: bytes, now: float) -> list[Step]:
        """Send these octets behind those before; nothing if the connection is over or closed.

        Raises:
            ValueError: More than `outbox.MOST_UNSENT` octets would wait.
        """
        if self._state is _State.OVER or self._outbox.closes:
            return []
        self._outbox.add(octets)
        if self._state is _State.OPEN:
            self._transmit(now)
        return self._steps()

    def read(self, size: int, now: float) -> list[Step]:
        """Whoever uses it has read so many of the octets that came: there is room for others.

        TcpDispatcher.c (TcpOnAppConsume).
        """
        if self._window.read(size) and self._state is _State.OPEN:
            old, new = self._window.old(self._in.next), self._window.now(self._in.next)
            if new > old and old < self._traits.mss:
                self._acknowledge(now)
            elif new > old:
                self._late = self._late or 1
                self._acknowledge_later(now)
        return self._steps()

    def expect(self, size: int) -> None:
        """Whoever uses it waits for so many octets: they are read as they come."""
        self._window.expect(size)

    def close(self, now: float) -> list[Step]:
        """Nothing more is to be sent, and nothing that comes is wanted: end it as firmwares do."""
        self._is_deaf = True
        match self._state:
            case _State.OVER:
                return []
            case _State.OPEN if self._traits.ends is Ends.FIN:
                self._outbox.closes = True
                self._clock.stop(Due.KEEP)
                self._transmit(now)
            case _State.OPEN:
                self._send(Flags.RST, self._outbox.next, b"", now)
                self._end(events.Closed())
            case _:
                self._end(events.Closed())
        return self._steps()

    def timer_fired(self, now: float) -> list[Step]:
        """Its timer has run out."""
        self._told = inf
        for due in self._clock.expired(now):
            match due:
                case Due.REPEAT:
                    self._repeat(now)
                case Due.ACKNOWLEDGE:
                    self._pay(now)
                case Due.KEEP:
                    self._owes = True
                    self._clock.set(Due.KEEP, now, self._traits.keepalive)
                    self._pay(now)
        return self._steps()

    def is_from(self, arrived: SegmentArrived) -> bool:
        """It is a segment of this connection."""
        segment, place = arrived.segment, self.place
        return (
            segment.destination_port == place.port
            and segment.source_port == place.server_port
            and arrived.source == place.server
        )

    def segment(self, arrived: SegmentArrived, now: float) -> list[Step]:
        """A segment came to its port."""
        if not self.is_from(arrived):
            what = f"a TCP segment from {arrived.source}"
            return [Ignore(what, "it belongs to no connection of ours")]
        match self._state:
            case _State.NEW:
                self._ignore("nothing was asked yet")
            case _State.SYN_SENT:
                self._on_answer(arrived.segment, now)
            case _State.OPEN if self._traits.acks is Acks.DEFERRED:
                self._on_segment_deferring(arrived.segment, now)
            case _State.OPEN:
                self._on_segment_at_once(arrived.segment, now)
            case _State.OVER:
                self._on_late(arrived.segment, now)
        return self._steps()

    @property
    def is_over(self) -> bool:
        """It has said so."""
        return self._state is _State.OVER

    @property
    def acknowledged(self) -> int:
        """The sequence number that it expects next."""
        return self._in.next

    @property
    def due(self) -> float:
        """When its timer runs out; never (infinity) if it does not run."""
        return self._clock.next_at

    # --- before it is open -----------------------------------------------------------------
    def _on_answer(self, segment: Segment, now: float) -> None:
        flags = int(segment.flags)
        acknowledges = bool(flags & _ACK)
        if acknowledges and segment.acknowledgement != self._outbox.next:
            self._ignore("it acknowledges what was never sent")
            if not flags & _RST and self._traits.ends is Ends.RESET:
                self._send(Flags.RST | Flags.ACK, self._outbox.next, b"", now)
            elif not flags & _RST:
                self._answer(segment, now)
        elif flags & _RST and acknowledges:
            self._end(events.Refused())
        elif flags & _RST:
            self._ignore("a RST that does not acknowledge the SYN may be anybody's")
        elif flags & _SYN and acknowledges:
            self._on_granted(segment, now)
        elif flags & _SYN:
            self._ignore("it opens a connection towards us, and we take none")
        else:
            self._ignore("it does not answer the SYN")

    def _on_granted(self, segment: Segment, now: float) -> None:
        self._state, self._repeats = _State.OPEN, 0
        self._clock.stop(Due.REPEAT)
        kinds, said = self._traits.syn_options, options.said(segment)
        ours, theirs = scale_of(said, self._traits.window_scale if WINDOW_SCALE in kinds else None)
        begin = plus(segment.sequence, 1)
        self._in = Inbox(begin)
        self._outbox.begin(segment, theirs)
        self._window.begin(begin, ours)
        self._stamps.begin(said)
        self._sacks = said.sacks and SACK_PERMITTED in kinds
        self._keep_alive(now)
        self._owes = True
        self._events.append(events.Connected())
        self._take(segment, begin, now)
        if self._state is _State.OPEN and not self._transmit(now):
            if self._traits.acks is Acks.DEFERRED:
                self._clock.set(Due.ACKNOWLEDGE, now, 0.0)
            else:
                self._acknowledge(now)

    # --- while it is open ------------------------------------------------------------------
    def _on_segment_at_once(self, segment: Segment, now: float) -> None:
        """TcpInput.c (TcpInput): each step may drop it."""
        inbox, flags = self._in, int(segment.flags)
        begin, end = segment.sequence, plus(segment.sequence, segment.length)
        is_new = ahead(end, inbox.next) > 0
        if ahead(end, self._window.acknowledged) < 0 or ahead(begin, self._window.edge) >= 0:
            self._ignore("it lies outside the window")
            if not flags & _RST:
                self._acknowledge(now)
        elif flags & _RST:
            self._end(events.Reset("a RST came"))
        elif flags & _SYN and ahead(begin, inbox.next) >= 0:
            self._break_off("a SYN came within the connection", now)
        elif not flags & _ACK:
            self._ignore("it acknowledges nothing")
        elif ahead(segment.acknowledgement, self._outbox.next) > 0:
            self._ignore("it acknowledges what was never sent")
            self._acknowledge(now)
        elif inbox.is_ended and is_new:
            self._break_off("octets came behind the FIN", now)
        else:
            self._owes = self._owes or (segment.length > 0 and not is_new)
            self._on_acknowledgement(segment, now)
            self._take(segment, begin, now)
            if not self._transmit(now) and (self._owes or (segment.payload and is_new)):
                self._acknowledge_in_time(now)

    def _acknowledge_in_time(self, now: float) -> None:
        """TcpOutput.c (TcpToSendAck)."""
        at = self._in.next
        if self._owes or self._late or self._window.now(at) > self._window.old(at):
            self._acknowledge(now)
        else:
            self._late += 1
            self._acknowledge_later(now)

    def _on_segment_deferring(self, segment: Segment, now: float) -> None:
        """IPXE's net/tcp.c (tcp_rx)."""
        inbox, flags = self._in, int(segment.flags)
        self._stamps.take(options.said(segment))
        if flags & _ACK:
            if ahead(segment.acknowledgement, self._outbox.next) > 0:
                self._ignore("it acknowledges what was never sent")
            self._on_acknowledgement(segment, now)
        begin = segment.sequence
        self._owes = self._owes or begin != inbox.next
        if flags & _RST and self._window.holds(begin, inbox.next):
            self._end(events.Reset("a RST came"))
            return
        if flags & _RST:
            self._ignore("a RST outside the window may be anybody's")
        if flags & _SYN:
            begin = plus(begin, 1)
        end = plus(begin, len(segment.payload))
        if ahead(begin, self._window.edge) < 0 <= ahead(end, inbox.next):
            self._take(segment, begin, now)
        elif segment.length:
            self._ignore("it lies outside the window")
        if self._state is not _State.OPEN:
            return
        if inbox.lacks:
            self._pay(now)
        elif self._owes or self._outbox.has_more:
            self._clock.set(Due.ACKNOWLEDGE, now, 0.0)

    def _take(self, segment: Segment, begin: int, now: float) -> None:
        """Its octets and its FIN."""
        inbox, before, was_ended = self._in, self._in.next, self._in.is_ended
        payload, ends = segment.payload, bool(segment.flags.value & _FIN)
        over = ahead(plus(begin, len(payload) + ends), self._window.edge)
        if over > 0 and self._traits.window_shrinks:
            payload, ends = payload[: len(payload) + ends - over], False
        for octets in inbox.add(begin, payload, ends):
            self._window.take(len(octets))
            if not self._is_deaf:
                self._events.append(events.Received(octets))
        is_new = inbox.next != before
        if is_new:
            self._stamps.heed()
        if self._traits.acks is Acks.DEFERRED:
            self._owes = self._owes or is_new
        elif inbox.lacks or (segment.flags.value & _PSH and is_new):
            self._owes = True
        if inbox.is_ended and not was_ended:
            self._owes = True
            self._events.append(events.PeerClosed())
            self._outbox.closes = self._outbox.closes or self._traits.ends is Ends.FIN
        self._end_if_both_closed(now)

    def _on_acknowledgement(self, segment: Segment, now: float) -> None:
        count = self._outbox.hear(segment)
        if count is None:
            return
        self._keep_alive(now)
        if count:
            self._clock.stop(Due.REPEAT)
            self._repeats = 0
            self._end_if_both_closed(now)

    def _end_if_both_closed(self, now: float) -> None:
        if self._outbox.is_closed and self._in.is_ended and self._state is _State.OPEN:
            self._end(events.Closed())
            if self._owes:  # where their FIN came last
                self._clock.set(Due.ACKNOWLEDGE, now, 0.0)

    def _on_late(self, segment: Segment, now: float) -> None:
        """It is over."""
        self._ignore("the connection is over")
        if segment.flags.value & _RST:
            return
        if self._traits.ends is Ends.RESET:
            self._answer(segment, now)
        elif self._outbox.is_closed and segment.length:
            self._acknowledge(now)

    # --- sending ---------------------------------------------------------------------------
    def _transmit(self, now: float) -> bool:
        """Send what is to be sent, if the other side takes it; whether anything was."""
        found = None if self._clock.runs(Due.REPEAT) else self._outbox.send()
        if found is None:
            return False
        flags = Flags.ACK
        flags |= Flags.PSH if found.octets else Flags(0)
        flags |= Flags.FIN if found.ends else Flags(0)
        self._clock.set(Due.REPEAT, now, self._traits.data_waits[self._repeats])
        self._send(flags, found.sequence, found.octets, now)
        return True

    def _repeat(self, now: float) -> None:
        is_syn = self._state is _State.SYN_SENT
        waits = self._traits.syn_waits if is_syn else self._traits.data_waits
        self._repeats += 1
        if self._repeats >= len(waits):
            self._end(events.TimedOut(is_syn))
        elif is_syn:
            self._send_syn(now)
        else:
            self._transmit(now)

    def _send_syn(self, now: float) -> None:
        traits, place = self._traits, self.place
        self._clock.set(Due.REPEAT, now, traits.syn_waits[self._repeats])
        syn = segments.syn(
            place, traits, self._outbox.unacknowledged, self._in.next, self._stamps.now(now)
        )
        self._out += self._host.send_segment(syn, place.server, now)

    def _pay(self, now: float) -> None:
        """Acknowledge if that is owed, with something of our own if there is any."""
        if self._state is _State.OPEN and self._transmit(now):
            return
        if (self._owes or self._late) and not self._clock.runs(Due.REPEAT):
            self._acknowledge(now)

    def _acknowledge(self, now: float) -> None:
        self._send(Flags.ACK, self._outbox.next, b"", now)

    def _acknowledge_later(self, now: float) -> None:
        if not self._clock.runs(Due.ACKNOWLEDGE):
            self._clock.set(Due.ACKNOWLEDGE, now, self._traits.tick)

    def _break_off(self, because: str, now: float) -> None:
        self._send(Flags.RST | Flags.ACK, self._outbox.next, b"", now)
        self._end(events.Reset(because))

    def _answer(self, segment: Segment, now: float) -> None:
        reset = segments.answer(self.place, self._traits, segment)
        self._out += self._host.send_segment(reset, self.place.server, now)

    def _send(self, flags: Flags, sequence: int, payload: bytes, now: float) -> None:
        inbox, place = self._in, self.place
        window, had = segments.FULL, tuple[TcpOption, ...]()
        if not flags & Flags.RST:
            window = self._window.advertise(inbox.next)
            blocks = inbox.blocks(3) if self._sacks and inbox.lacks else ()
            had = options.of_segment(self._stamps.now(now), blocks)
            self._owes, self._late = False, 0
            self._clock.stop(Due.ACKNOWLEDGE)
        segment = Segment(
            place.port, place.server_port, sequence, inbox.next, flags, window, payload, had
        )
        self._out += self._host.send_segment(segment, place.server, now)

    # --- the rest --------------------------------------------------------------------------
    def _keep_alive(self, now: float) -> None:
        if self._traits.keepalive and not self._outbox.closes:
            self._clock.set(Due.KEEP, now, self._traits.keepalive)

    def _end(self, event: Step) -> None:
        self._state = _State.OVER
        self._clock.stop_all()
        self._outbox.clear()
        self._events.append(event)

    def _ignore(self, because: str) -> None:
        self._out.append(Ignore(f"a TCP segment from {self.place.server}", because))

    def _steps(self) -> list[Step]:
        """What is to be done, then what happened: so that who hears of it may act on it at once."""
        due = self._clock.next_at
        if due != self._told:
            self._told = due
            timer = self._timer
            self._out.append(CancelTimer(timer) if due == inf else SetTimer(timer, due))
        steps = [*self._out, *self._events]
        self._out, self._events = [], []
        return steps
