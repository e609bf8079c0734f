"""What a capture filter has left out: what is not there then says nothing."""

from __future__ import annotations

from collections.abc import Iterable

from pxeclient.seen.frame import Frame
from pxeclient.wire import dhcp, ethernet, tftp
from pxeclient.wire.addresses import ANY, Mac

_FIRST_PORTS = (dhcp.SERVER_PORT, dhcp.CLIENT_PORT, dhcp.PROXY_PORT, tftp.PORT)


def lacks_arp(frames: Iterable[Frame], mac: Mac) -> bool:
    """A client sends packets from an address of its own, and there is nothing but IPv4."""
    is_configured = False
    for frame in frames:
        if frame.ethertype != ethernet.IPV4:
            # Who let that through would have let ARP through.
            return False
        if frame.sender == mac and frame.is_udp and frame.source_address != ANY:
            is_configured = True
    return is_configured


def lacks_transfers(frames: Iterable[Frame], mac: Mac) -> bool:
    """It asks for files, and of no transfer there is anything but read requests: those go to port
    69, and all that follows between other ports. Nor is there ARP: a filter let only ports through.
    """
    known = list(frames)
    asks = any(one.sender == mac and isinstance(one.said, tftp.Request) for one in known)
    others = any(one.is_udp and not _is_first(one) for one in known)
    return asks and not others and lacks_arp(known, mac)


def _is_first(frame: Frame) -> bool:
    return frame.port in _FIRST_PORTS or frame.source_port in _FIRST_PORTS
