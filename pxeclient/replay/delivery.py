"""Where a server sends its reply: by the flags and the port of the request that it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pxeclient.replay.frames import frame_of
from pxeclient.seen.frame import Frame
from pxeclient.wire import dhcp, ethernet, ipv4, udp
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC

_SERVERS = (dhcp.SERVER_PORT, dhcp.PROXY_PORT)
_CLIENTS = (dhcp.CLIENT_PORT, dhcp.PROXY_PORT)


@dataclass(slots=True)
class Delivery:
    """Addresses recorded replies as their server would have addressed them to our client.

    Source: RFC 2131 §4.1 (with the BROADCAST bit set, replies go to 255.255.255.255); what asks
    from port 4011 is answered there, as all recorded servers do. Where the recorded client asked
    for broadcasts too, its replies show how its servers take that, and stay as they are.
    """

    was_asked: bool
    """The recorded client asked for broadcasts."""
    _wants_broadcast: bool = False
    _port: int = dhcp.CLIENT_PORT
    """Where our client's latest request came from."""

    def sent(self, frame: Frame) -> None:
        """Our client asks a DHCP server something."""
        asked = frame.dhcp
        if asked is not None and asked.port in _SERVERS:
            self._port = asked.source_port
            if asked.port == dhcp.SERVER_PORT:
                self._wants_broadcast = bool(asked.message.flags & dhcp.BROADCAST_FLAG)

    def addressed(self, octets: bytes) -> bytes:
        """The frame as it reaches our client; what is no reply to a request stays as it is."""
        frame = frame_of(octets)
        found = frame.dhcp
        if found is None or found.source_port not in _SERVERS or found.port not in _CLIENTS:
            return octets
        is_other = self._wants_broadcast and not self.was_asked
        if found.port == self._port and not is_other:
            return octets
        return self._readdressed(frame, is_other and found.source_port == dhcp.SERVER_PORT)

    def _readdressed(self, frame: Frame, to_all: bool) -> bytes:
        packet, mac, payload = frame.packet, frame.receiver, frame.payload
        assert packet is not None, "a DHCP message is in a packet"
        assert mac is not None, "and that in a frame"
        assert frame.sender is not None, "which somebody sent"
        to = BROADCAST if to_all else packet.destination
        if to_all:
            mac = BROADCAST_MAC
            payload = payload[:10] + dhcp.BROADCAST_FLAG.to_bytes(2, "big") + payload[12:]
        sent = udp.Datagram(frame.source_port or 0, self._port, payload)
        whole = replace(packet, destination=to, payload=udp.build(sent, packet.source, to))
        outer = ethernet.Frame(mac, frame.sender, ethernet.IPV4, ipv4.build(whole))
        return ethernet.build(outer)
