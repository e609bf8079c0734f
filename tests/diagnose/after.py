"""What runs after a boot: its read requests, put behind the boot's own frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address

from pxeclient.boot.events import FrameReceived
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import ethernet, icmp, ipv4, tftp, udp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.ipv4 import Packet
from pxeclient.wire.udp import Datagram
from tests.diagnose.boots import TFTP

SERVED, SILENT, CLOSED = "served", "silent", "closed"
"""What comes of a read request, but for ERRORs."""
MISSING, FORBIDDEN, ILLEGAL = (
    (1, "File not found"),
    (2, "Access violation"),
    (4, "Access violation"),
)
"""ERRORs: code and text."""
Came = str | tuple[int, str]
_HOST = Mac(bytes.fromhex("525400aa00fe"))
_CLIENT = IPv4Address("10.77.0.50")


def goes_on(boot: Trace, *reads: tuple[str, Came], server: str = TFTP, wait: float = 60.0) -> Trace:
    """The boot, and after it these read requests, with what came of each; then `wait` seconds."""
    whole = Trace(boot.profile, boot.title, boot.where)
    *before, finish = boot.records
    for record in before:
        whole.add(record.at, record.item)
    mac = next(frame[6:12] for _, frame, ours in boot.frames() if ours)
    at = boot.ended
    for number, (name, came) in enumerate(reads):
        for ours, octets in _frames(Mac(mac), IPv4Address(server), 2000 + number, name, came):
            at += 0.01
            whole.add(at, SendFrame(octets) if ours else FrameReceived(octets))
    whole.add(at + wait, finish.item)
    return replace(whole, ended=at + wait)


def _frames(
    mac: Mac, server: IPv4Address, port: int, name: str, came: Came
) -> Iterator[tuple[bool, bytes]]:
    asked = _udp(_CLIENT, server, port, 69, tftp.build(tftp.Request(name.encode(), ())))
    yield True, _framed(mac, _HOST, asked)
    answer: tftp.Message | None = None
    match came:
        case (int(code), str(text)):
            answer = tftp.Error(code, text.encode())
        case "served":
            answer = tftp.Data(1, b"x")
        case "closed":
            body = bytes(4) + ipv4.build(asked)[:28]
            said = icmp.build(icmp.Icmp(icmp.UNREACHABLE, 3, body))
            yield False, _framed(_HOST, mac, Packet(server, _CLIENT, ipv4.ICMP, said))
    if answer is not None:
        packet = _udp(server, _CLIENT, 50000 + port, port, tftp.build(answer))
        yield False, _framed(_HOST, mac, packet)
    if isinstance(answer, tftp.Data):
        packet = _udp(_CLIENT, server, port, 50000 + port, tftp.build(tftp.Ack(1)))
        yield True, _framed(mac, _HOST, packet)


def _udp(source: IPv4Address, to: IPv4Address, port: int, to_port: int, data: bytes) -> Packet:
    return Packet(source, to, ipv4.UDP, udp.build(Datagram(port, to_port, data), source, to))


def _framed(source: Mac, to: Mac, packet: Packet) -> bytes:
    return ethernet.join(to, source, ethernet.IPV4, ipv4.build(packet))
