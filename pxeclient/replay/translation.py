"""What our client draws by chance differs from what was recorded: answers must fit ours."""

from __future__ import annotations

from dataclasses import dataclass, field

from pxeclient.replay.labels import DHCP_PORTS
from pxeclient.replay.mending import mended
from pxeclient.wire import dhcp, ethernet, icmp, ipv4

_IP = ethernet.HEADER
_XID = slice(4, 8)
_CLIENT_PORT = dhcp.CLIENT_PORT.to_bytes(2, "big")


@dataclass(slots=True)
class Translation:
    """The recorded client's numbers, and our client's in their place."""

    _xids: dict[bytes, bytes] = field(default_factory=dict)
    _ports: dict[bytes, bytes] = field(default_factory=dict)
    _asked_from: dict[tuple[bytes, bytes], tuple[bytes, bytes]] = field(default_factory=dict)
    """The ports that both asked a DHCP server from, by transaction id and the server's port: it
    answers to the port that it was asked from."""
    _packets: dict[bytes, bytes] = field(default_factory=dict)
    """Our packets by the first octets of the recorded ones, as ICMP errors quote them."""

    def learn(self, recorded: bytes, ours: bytes) -> None:
        """Two frames are counterparts."""
        at, our_at = _udp(recorded), _udp(ours)
        if not at or not our_at:
            return
        self._packets[recorded[_IP : at + 8]] = ours[_IP:]
        port, our_port = recorded[at : at + 2], ours[our_at : our_at + 2]
        if int.from_bytes(recorded[at + 2 : at + 4], "big") in DHCP_PORTS:
            xid = recorded[at + 8 :][_XID]
            self._xids[xid] = ours[our_at + 8 :][_XID]
            self._asked_from[xid, recorded[at + 2 : at + 4]] = port, our_port
        if int.from_bytes(port, "big") not in DHCP_PORTS:
            self._ports[port] = our_port

    def apply(self, frame: bytes) -> bytes:
        """A recorded server's frame, as that server would have sent it to our client."""
        at = _udp(frame)
        changed = bytearray(frame)
        if at:
            port = int.from_bytes(frame[at : at + 2], "big")
            # A reply from a port that is no DHCP server's (NAT) is known by where it goes.
            if port in DHCP_PORTS or frame[at + 2 : at + 4] == _CLIENT_PORT:
                xid = frame[at + 8 :][_XID]
                changed[at + 12 : at + 16] = self._xids.get(xid, xid)
                theirs, ours = self._asked_from.get((xid, frame[at : at + 2]), (b"", b""))
                if frame[at + 2 : at + 4] == theirs:
                    changed[at + 2 : at + 4] = ours
            to = frame[at + 2 : at + 4]
            changed[at + 2 : at + 4] = self._ports.get(to, bytes(changed[at + 2 : at + 4]))
        else:
            self._requote(changed)
        return mended(bytes(changed))

    def _requote(self, frame: bytearray) -> None:
        """An ICMP error quotes the beginning of a packet of the client's."""
        at = _payload(bytes(frame), ipv4.ICMP)
        if not at or frame[at] != icmp.UNREACHABLE:
            return
        quoted = bytes(frame[at + 8 :])
        # The sender may have quoted what its own card had still to complete.
        for head, ours in self._packets.items():
            if quoted.startswith(head):
                frame[at + 8 :] = ours[: len(quoted)].ljust(len(quoted), b"\0")
                return


def _udp(frame: bytes) -> int:
    """Where the UDP header of a frame begins; 0 without a whole one."""
    at = _payload(frame, ipv4.UDP)
    return at if at and len(frame) >= at + 8 else 0


def _payload(frame: bytes, protocol: int) -> int:
    """Where the payload of an IPv4 packet of that protocol begins; 0 if it is none."""
    if frame[12:14] != b"\x08\x00" or len(frame) < _IP + 20 or frame[_IP + 9] != protocol:
        return 0
    if int.from_bytes(frame[_IP + 6 : _IP + 8], "big") & 0x1FFF:
        return 0
    return _IP + (frame[_IP] & 15) * 4
