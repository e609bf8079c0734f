"""A link under the card's own address, which the kernel of this host uses as well.

A guest's virtual switch, a guarded switch port or a wireless network lets no other address pass.
What is the kernel's then must not reach the machine, and what is the machine's the kernel must not
answer. If the server gives the machine the address that the host has, which servers that go by
MAC addresses do, the kernel takes the machine's datagrams for its own and would refuse those for
ports that nobody has opened (ICMP port unreachable), which ends transfers: so each port from
which the machine sends is held open here, deaf, while the link lasts.
"""

from __future__ import annotations

import socket
import struct

from pxeclient.link import interface, station
from pxeclient.link.packet import PacketLink
from pxeclient.link.wrapped import WrappedLink
from pxeclient.wire import dhcp, icmp, ipv4

_IPV4, _ARP = b"\x08\x00", b"\x08\x06"
_HEADER = 14
_RESERVED = (dhcp.CLIENT_PORT,)
"""Those below 1024 from which firmwares send: to open them takes CAP_NET_BIND_SERVICE."""


class SharedLink(WrappedLink):
    """The station whose address is the interface's.

    Raises:
        LinkError: The interface cannot be used; says why and what to do.
    """

    def __init__(self, name: str) -> None:
        self.interface = name
        self.mac = interface.address(name)
        super().__init__(PacketLink(name, self.mac))
        self._held: dict[int, socket.socket | None] = {}
        """The ports that the machine uses; None where somebody else has it open, or we may not."""
        self._early = {port: _deaf(name, port) for port in _RESERVED}
        """Ports that it is about to use, while we have the right to them."""
        self._address = bytes(4)
        """The machine's IP address, by what it sends."""

    def send(self, frame: bytes) -> None:
        """Put one frame on the wire, and have the kernel keep quiet about answers to it.

        Raises:
            LinkError: As of the interface.
        """
        found = _udp(frame)
        if found is not None:
            port, _ = found
            if port not in self._held:
                self._held[port] = self._early.pop(port, None) or _deaf(self.interface, port)
        if frame[12:14] == _IPV4 and any(frame[26:30]):
            self._address = frame[26:30]
        super().send(frame)

    def receive(self, until: float) -> bytes | None:
        """The next frame that is not the host's own business; None at `until`.

        Raises:
            LinkError: As of the interface.
        """
        while (frame := super().receive(until)) is not None:
            if self._is_ours(frame):
                return frame
        return None

    def close(self) -> None:
        """Give the ports back, and the link. Harmless when repeated."""
        for held in (*self._held.values(), *self._early.values()):
            if held is not None:
                held.close()
        super().close()

    def _is_ours(self, frame: bytes) -> bool:
        """It is to everybody, or an answer to what the machine has sent."""
        kind = frame[12:14]
        if frame[0] & 1 or kind == _ARP:
            return True
        if kind != _IPV4 or len(frame) < _HEADER + 20:
            return False
        protocol, to_us = frame[23], frame[30:34] == self._address
        if protocol == ipv4.UDP:
            found = _udp(frame)
            # Of a later fragment only the address tells whose it is.
            return to_us if found is None else found[1] in self._held
        if protocol != ipv4.ICMP:
            return False
        return self._is_about_us(frame) if _is_error(frame) else to_us

    def _is_about_us(self, frame: bytes) -> bool:
        """An ICMP error about what the machine sent."""
        quoted = frame[_icmp_at(frame) + 8 :]
        found = _udp(bytes(12) + _IPV4 + quoted)
        return found is not None and found[0] in self._held


def _icmp_at(frame: bytes) -> int:
    return _HEADER + (frame[_HEADER] & 15) * 4


def _is_error(frame: bytes) -> bool:
    at = _icmp_at(frame)
    return frame[at : at + 1] != b"" and frame[at] in icmp.ERRORS


def _udp(frame: bytes) -> tuple[int, int] | None:
    """The ports of a UDP datagram in IPv4; None of anything else, and of later fragments."""
    if frame[12:14] != _IPV4 or len(frame) < _HEADER + 20 or frame[23] != ipv4.UDP:
        return None
    at = _HEADER + (frame[_HEADER] & 15) * 4
    if int.from_bytes(frame[20:22], "big") & 0x1FFF or len(frame) < at + 4:
        return None
    source, destination = struct.unpack_from("!HH", frame, at)
    return source, destination


def _deaf(name: str, port: int) -> socket.socket | None:
    """A socket on that port which hears nothing: with it, the kernel refuses nothing there."""
    held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        station.attach_deafness(held)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name.encode() + b"\0")
        held.bind(("", port))
    except OSError:  # somebody has it open, which does as well; or it takes a right that we lack
        held.close()
        return None
    return held
