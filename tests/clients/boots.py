"""Captures of clients with a way of their own, built frame by frame from what is public of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

from pxeclient.boot.events import FrameReceived, PowerOn
from pxeclient.capture.values import Recorded
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, ethernet, ipv4, tftp, udp
from pxeclient.wire.addresses import ANY, BROADCAST, Mac
from pxeclient.wire.dhcp import Message, Option
from pxeclient.wire.udp import Datagram
from tests.compare.recordings import write

SERVER, ADDRESS = IPv4Address("10.20.0.1"), IPv4Address("10.20.0.77")
_SERVER_MAC, _EVERYBODY = Mac(bytes.fromhex("020000000001")), Mac(b"\xff" * 6)
PI_4, PI_5 = b"\0RPi4" + bytes(12), b"\0RPi5" + bytes(12)
"""Option 97 as the bootloaders of these models make it, without board, MAC and serial number."""
VENDOR = b"PXEClient:Arch:00000:UNDI:002001"
PI_ROM_XID = 0x26F30339
MENU = b"\x06\x01\x03\x0a\x04\0PXE\x09\x14\0\0\x11Raspberry Pi Boot\xff"
"""Option 43 as dnsmasq makes it of pxe-service."""
Read = tuple[str, bytes | None]
"""A file that is asked for and its content; None: the server has it not."""


@dataclass
class Net:
    """A capture under way."""

    mac: Mac
    xid: int = 0x1234
    vendor: bytes | None = VENDOR
    machine: bytes | None = None
    """Option 97."""
    wants: bytes = bytes((1, 3, 43, 60, 66, 67, 128, 129, 130, 131, 132, 133, 134, 135))
    architecture: bytes | None = b"\0\0"
    vendor_information: bytes | None = None
    """Option 43 of the replies."""
    file: bytes = b""
    at: float = 0.0
    frames: list[Recorded] = field(default_factory=list)
    port: int = 49152

    def add(self, ours: bool, to: Mac, packet: ipv4.Packet) -> None:
        """A frame, a hundredth of a second after the one before."""
        source = self.mac if ours else _SERVER_MAC
        data = ethernet.build(ethernet.Frame(to, source, ethernet.IPV4, ipv4.build(packet)))
        self.frames.append(Recorded(len(self.frames) + 1, self.at, data, len(data)))
        self.at += 0.01

    def _options(self) -> Iterator[Option]:
        yield Option(55, self.wants)
        for code, data in ((93, self.architecture), (97, self.machine), (60, self.vendor)):
            if data is not None:
                yield Option(code, data)

    def says(self, kind: int) -> None:
        """A DHCP message of the client."""
        options = (Option(53, bytes((kind,))), *self._options(), Option(255))
        message = Message(dhcp.BOOTREQUEST, self.xid, dhcp.chaddr_of(self.mac), options=options)
        datagram = Datagram(68, 67, dhcp.build(message))
        self.add(True, _EVERYBODY, _packet(ANY, BROADCAST, datagram))

    def hears(self, kind: int) -> None:
        """The server's reply."""
        options = [Option(53, bytes((kind,))), Option(54, SERVER.packed)]
        if self.vendor_information is not None:
            options += [Option(60, b"PXEClient"), Option(43, self.vendor_information)]
        message = Message(
            dhcp.BOOTREPLY,
            self.xid,
            dhcp.chaddr_of(self.mac),
            yiaddr=ADDRESS,
            siaddr=SERVER,
            file=self.file.ljust(128, b"\0"),
            options=(*options, Option(255)),
        )
        self.add(False, self.mac, _packet(SERVER, ADDRESS, Datagram(67, 68, dhcp.build(message))))

    def reads(self, files: Iterable[Read]) -> None:
        """Files, each from a port of its own."""
        for name, content in files:
            self.port += 1
            self._tftp(True, 69, tftp.Request(name.encode(), ()))
            if content is None:
                self._tftp(False, 2000, tftp.Error(1, b"File not found"))
            else:
                self._tftp(False, 2000, tftp.Data(1, content[:500]))
                self._tftp(True, 2000, tftp.Ack(1))

    def _tftp(self, ours: bool, port: int, message: tftp.Message) -> None:
        ports = (self.port, port) if ours else (port, self.port)
        hosts = (ADDRESS, SERVER) if ours else (SERVER, ADDRESS)
        to = _SERVER_MAC if ours else self.mac
        self.add(ours, to, _packet(*hosts, Datagram(*ports, tftp.build(message))))

    def trace(self) -> Trace:
        """As a trace."""
        found = Trace("unknown", "an unknown firmware", "built here")
        found.add(0.0, PowerOn())
        for frame in self.frames:
            ours = frame.data[6:12] == self.mac
            found.add(frame.at, SendFrame(frame.data) if ours else FrameReceived(frame.data))
        found.ended = self.at
        return found

    def saved(self, folder: Path) -> Path:
        """As a file."""
        return write(folder / "built.pcap", self.frames)


def _packet(source: IPv4Address, target: IPv4Address, datagram: Datagram) -> ipv4.Packet:
    return ipv4.Packet(source, target, ipv4.UDP, udp.build(datagram, source, target))


def leased(net: Net, requests: bool = True) -> Net:
    """The client has an address."""
    net.says(dhcp.DISCOVER)
    net.hears(dhcp.OFFER)
    if requests:
        net.says(dhcp.REQUEST)
        net.hears(dhcp.ACK)
    return net
