"""The other half of a connection, in memory, and a client that talks to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address
from math import inf

from scapy.layers.inet import TCP
from scapy.layers.l2 import Ether

from pxeclient.stack.acts import CancelTimer, Ignore, SendFrame, SetTimer
from pxeclient.stack.host import SegmentArrived
from pxeclient.stack.tcp.connection import Connection
from pxeclient.stack.tcp.events import OVER, Received, Step
from pxeclient.stack.tcp.segments import Place
from pxeclient.stack.tcp.traits import TcpTraits
from pxeclient.wire.tcp import Flags, Segment, TcpOption
from tests.stack.tcp.recorded import TIMER, host_that_knows

SERVER = IPv4Address("10.77.0.7")
PLACE = Place(1025, SERVER, 80)


@dataclass(slots=True)
class Client:
    """A connection, the time, and all that it has said."""

    traits: TcpTraits
    sequence: int = 1000
    now: float = 0.0
    frames: list[bytes] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    deadline: float = inf
    """What the runner was told of its timer."""
    connection: Connection = field(init=False)

    def __post_init__(self) -> None:
        host = host_that_knows(SERVER)
        self.connection = Connection(host, self.traits, PLACE, self.sequence, TIMER)

    def do(self, steps: list[Step]) -> list[TCP]:
        """Do that; the segments sent, as scapy reads them."""
        sent = []
        for step in steps:
            match step:
                case SendFrame(frame):
                    self.frames.append(frame)
                    sent.append(Ether(frame)[TCP])
                case SetTimer(timer, due):
                    assert timer == TIMER
                    self.deadline = due
                case CancelTimer():
                    self.deadline = inf
                case _:
                    self.steps.append(step)
        assert self.deadline == self.connection.due
        return sent

    def opened(self, server: int = 5000, *options: TcpOption, window: int = 60000) -> list[TCP]:
        """Open it, and have it granted; what is sent on that."""
        self.do(self.connection.open(self.now))
        return self.hear(
            Flags.SYN | Flags.ACK, server, self.sequence + 1, window=window, options=options
        )

    def hear(
        self,
        flags: Flags,
        sequence: int,
        acknowledgement: int,
        payload: bytes = b"",
        window: int = 60000,
        options: tuple[TcpOption, ...] = (),
    ) -> list[TCP]:
        """The server's segment comes; what is sent on that."""
        segment = Segment(
            PLACE.server_port,
            PLACE.port,
            sequence % (1 << 32),
            acknowledgement % (1 << 32),
            flags,
            window,
            payload,
            options,
        )
        return self.do(self.connection.segment(SegmentArrived(segment, SERVER), self.now))

    def wait(self) -> list[TCP]:
        """Until its timer runs out; what is sent then."""
        self.now, self.deadline = max(self.now, self.deadline), inf
        return self.do(self.connection.timer_fired(self.now))

    @property
    def received(self) -> bytes:
        """All that could be read."""
        return b"".join(one.octets for one in self.steps if isinstance(one, Received))

    @property
    def ends(self) -> list[Step]:
        """How it ended; never more than one."""
        return [one for one in self.steps if isinstance(one, OVER)]

    @property
    def reasons(self) -> list[str]:
        """Why segments were dropped."""
        return [one.because for one in self.steps if isinstance(one, Ignore)]
