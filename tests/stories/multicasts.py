"""Servers that multicast their boot file (MTFTP), and what comes of it step by step."""

from __future__ import annotations

from functools import partial
from ipaddress import IPv4Address

from pxeclient.playbook import (
    DHCPDISCOVER,
    IGMP,
    RRQ,
    TFTP_SERVER,
    Playbook,
    ServerMessage,
    UdpDatagram,
    ack,
    offer,
)
from pxeclient.wire import igmp, pxe, tftp
from tests.stories.firmwares import VMWARE, book

GROUP = "239.77.0.1"
CLIENT_PORT, SERVER_PORT = 1758, 1759
MTFTP = f"{TFTP_SERVER}:{SERVER_PORT}"
LISTEN, TRANSMIT, SLACK = 3, 2, 0.1
"""Seconds: what 43.4 and 43.5 say, and what Intel's code adds."""

PARAMETERS = {
    option.code: option.data
    for option in pxe.build_mtftp(
        pxe.Mtftp(IPv4Address(GROUP), CLIENT_PORT, SERVER_PORT, LISTEN, TRANSMIT)
    )
}
"""Sub-options 1 to 5."""

BLOCKS = [bytes((number,)) * 512 for number in range(1, 5)] + [b"the end"]
"""A boot file of five blocks."""
FILE = b"".join(BLOCKS)

OFFER = partial(
    offer, vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0", suboptions=PARAMETERS
)
ACK = partial(
    ack, vendor_class="PXEClient", siaddr=TFTP_SERVER, file="boot.0", suboptions=PARAMETERS
)


def block(
    number: int, content: bytes | None = None, *, to: str = GROUP, port: int = SERVER_PORT
) -> ServerMessage:
    """A block of the file to the group; `to` is empty if it goes to the client alone."""
    octets = BLOCKS[number - 1] if content is None else content
    return packet(tftp.Data(number, octets), to=to, port=port)


def packet(
    message: tftp.Message,
    *,
    to: str = "",
    port: int = SERVER_PORT,
    server: str = TFTP_SERVER,
    to_port: int = CLIENT_PORT,
) -> ServerMessage:
    """A packet from the MTFTP server."""
    return UdpDatagram(tftp.build(message), to_port, port, server, to, bool(to))


def listening(*absent: str) -> Playbook:
    """VMWARE's ROM has its address, has joined the group, and listens."""
    return (
        book(VMWARE, *absent)
        .sends(DHCPDISCOVER)
        .gets(OFFER())
        .waits(2.1)
        .gets(ACK())
        .sends(IGMP, to=GROUP, group=GROUP, igmp_type=igmp.REPORT_V1)
    )


def asking(*absent: str) -> Playbook:
    """Nothing came; it has sent its read request."""
    return listening(*absent).sends(RRQ, to=MTFTP, after=LISTEN + SLACK)


def leading() -> Playbook:
    """Block 1 came to it and to the group: it is the master, and has acknowledged it."""
    return asking().gets(block(1, to="")).gets(block(1))
