"""Frames in, frames out: a server made of scapy, a wire that loses, doubles and mixes up."""

from __future__ import annotations

from math import inf

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether

from pxeclient.firmware.edk2.tcp import TCP as EDK2
from pxeclient.firmware.ipxe.tcp import TCP as IPXE
from pxeclient.firmware.ipxe.tcp import TCP_2019
from pxeclient.playbook import mac_of
from pxeclient.stack.acts import CancelTimer, SendFrame, SetTimer
from pxeclient.stack.chance import Dice
from pxeclient.stack.host import SegmentArrived
from pxeclient.stack.tcp.connection import Connection
from pxeclient.stack.tcp.events import Closed, Connected, PeerClosed, Received, Step
from pxeclient.stack.tcp.traits import TcpTraits
from tests.stack.tcp.recorded import OWN, TIMER, host_that_knows
from tests.stack.tcp.server import PLACE, SERVER
from tests.stack.test_host import MAC

FILE = bytes(number * 7 % 251 for number in range(60_000))
BEGIN = (1 << 32) - 30_000
"""The server's first number, so that it goes round within the file."""
AHEAD = 8
"""Segments that it sends without having heard."""
AGAIN = 1.0
"""Seconds after which it sends again what nobody acknowledged."""


class Server:
    """Grants a connection, answers the first octets with a file, and closes."""

    def __init__(self) -> None:
        self.heard = 0
        """The client's next octet."""
        self.acknowledged = 0
        """Octets of ours, the SYN and the FIN counted."""
        self.has_request = False
        self.sent = 0
        """Octets of the file that were sent, the FIN counted."""

    def takes(self, frame: bytes) -> list[bytes]:
        """What it sends on that."""
        segment = Ether(frame)[TCP]
        if segment.flags.S:
            self.heard = (segment.seq + 1) % (1 << 32)
            return [self._frame(BEGIN, "SA")]
        if segment.flags.A:
            count = (segment.ack - BEGIN) % (1 << 32)
            self.acknowledged = max(self.acknowledged, count if count <= len(FILE) + 2 else 0)
        new = segment.seq == self.heard
        payload = bytes(segment.payload)[: Ether(frame)[IP].len - 20 - 4 * segment.dataofs]
        if new and (payload or segment.flags.F):
            self.has_request = True
            self.heard = (self.heard + len(payload) + bool(segment.flags.F)) % (1 << 32)
        return self._sends() if self.has_request else []

    def sends_again(self) -> list[bytes]:
        """What nobody has acknowledged."""
        self.sent = 0
        return self._sends()

    def _sends(self) -> list[bytes]:
        """As far as it may without having heard more."""
        if not self.has_request:
            return [self._frame(BEGIN, "SA")] if self.heard and not self.acknowledged else []
        done, frames = max(self.acknowledged - 1, 0), list[bytes]()
        self.sent = max(self.sent, done)
        while self.sent <= len(FILE) and self.sent < done + AHEAD * 1400:
            part = FILE[self.sent : self.sent + 1400]
            frames.append(self._frame(BEGIN + 1 + self.sent, "A" if part else "FA", part))
            self.sent += len(part) or 1
        return frames

    def _frame(self, sequence: int, flags: str, payload: bytes = b"") -> bytes:
        """Scapy's own checksums and all."""
        ip = IP(src=str(SERVER), dst=str(OWN))
        segment = TCP(
            sport=PLACE.server_port,
            dport=PLACE.port,
            seq=sequence % (1 << 32),
            ack=self.heard,
            flags=flags,
            window=60000,
        )
        return bytes(Ether(src=str(mac_of(str(SERVER))), dst=str(MAC)) / ip / segment / payload)


@pytest.mark.parametrize("traits", [EDK2, TCP_2019, IPXE], ids=["edk2", "2019", "ipxe"])
@pytest.mark.parametrize("seed", range(4))
def test_a_file_comes_whole_over_a_bad_wire(traits: TcpTraits, seed: int) -> None:
    """A tenth is lost, a tenth comes twice, neighbours change places; seed 0 is a good wire."""
    chance, host, server = Dice(seed), host_that_knows(SERVER), Server()
    host.speaks_tcp = True
    connection = Connection(host, traits, PLACE, 1000, TIMER)
    to_client, to_server = list[bytes](), list[bytes]()
    content, events, now, deadline = b"", list[Step](), 0.0, inf

    def put(frames: list[bytes], wire: list[bytes]) -> None:
        for frame in frames:
            fate = chance.next() % 1000 / 1000 if seed else 1.0
            if fate > 0.1:
                wire.append(frame)
            if 0.1 < fate < 0.2:
                wire.insert(chance.next() % len(wire), frame)

    def do(steps: list[Step]) -> None:
        nonlocal content, deadline
        for step in steps:
            match step:
                case SendFrame(frame):
                    put([frame], to_server)
                case SetTimer(_, due):
                    deadline = due
                case CancelTimer():
                    deadline = inf
                case Received(octets):
                    content += octets
                case Connected():
                    events.append(step)
                    do(connection.send(b"GET", now))
                case _:
                    events.append(step)

    do(connection.open(now))
    for _ in range(5000):
        if connection.is_over or PeerClosed() in events:
            break
        if to_client:
            for happened in host.receive(to_client.pop(0), now):
                if isinstance(happened, SegmentArrived):
                    do(connection.segment(happened, now))
                    do(connection.read(1 << 20, now))
        elif to_server:
            put(server.takes(to_server.pop(0)), to_client)
        elif deadline <= now + AGAIN:
            now, deadline = max(now, deadline), inf
            do(connection.timer_fired(now))
        else:
            now += AGAIN
            put(server.sends_again(), to_client)
    assert content == FILE
    do(connection.close(now))
    assert not connection.is_over or Closed() in events
