"""Where a server sends its reply: by the flags and the port of the request that it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pxeclient.replay.datagrams import Sent, datagram
from pxeclient.replay.mending import mended
from pxeclient.wire import dhcp, ethernet, ipv4, udp
from pxeclient.wire.addresses import BROADCAST, BROADCAST_MAC
from pxeclient.wire.errors import WireError

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

    def sent(self, frame: bytes) -> None:
        """Our client says something.

        Raises:
            WireError: The frame is malformed.
        """
        found = datagram(frame)
        if found is not None and found.port in _SERVERS:
            self._port = found.source_port
            if found.port == dhcp.SERVER_PORT:
                self._wants_broadcast = bool(_flags(found.payload) & dhcp.BROADCAST_FLAG)

    def addressed(self, data: bytes) -> bytes:
        """The frame as it reaches our client; what is no reply to a request stays as it is."""
        try:
            found = datagram(data)
            if found is None or found.source_port not in _SERVERS or found.port not in _CLIENTS:
                return data
            return self._readdressed(data, found)
        except WireError:
            return data

    def _readdressed(self, data: bytes, found: Sent) -> bytes:
        frame = ethernet.parse(mended(data))
        packet = ipv4.parse(frame.payload)
        to, mac, payload = packet.destination, frame.destination, found.payload
        if found.port == self._port and (self.was_asked or not self._wants_broadcast):
            return data
        is_other = self._wants_broadcast and not self.was_asked
        if is_other and found.source_port == dhcp.SERVER_PORT:
            to, mac = BROADCAST, BROADCAST_MAC
            payload = payload[:10] + dhcp.BROADCAST_FLAG.to_bytes(2, "big") + payload[12:]
        sent = udp.Datagram(found.source_port, self._port, payload)
        whole = replace(packet, destination=to, payload=udp.build(sent, packet.source, to))
        return ethernet.build(replace(frame, destination=mac, payload=ipv4.build(whole)))


def _flags(payload: bytes) -> int:
    return int.from_bytes(payload[10:12], "big")
