"""Playbooks: a boot told step by step, with the servers' part played by hand.

A `Playbook` drives one firmware frame by frame on a clock of its own. What the servers say
is built by `offer`, `ack`, `data` and the like; what the client must do is stated by verbs
that run at once, so that a failing test's traceback points at the step that went wrong::

    (
        Playbook(load("vmware-e1000e"))
        .sends(DHCPDISCOVER, to=BROADCAST)
        .gets(offer(siaddr=TFTP_SERVER, file="boot.0"))
        .sends(DHCPREQUEST, to=BROADCAST, at=2.087)
        .gets(ack(siaddr=TFTP_SERVER, file="boot.0"))
        .decides("after-ack", "own-offer")
        .downloads("boot.0")
        .ends("boot.0")
    )

A step that fails shows the boot so far as a ladder, and what was wanted next.
"""

from __future__ import annotations

from pxeclient.playbook.book import Playbook
from pxeclient.playbook.ladder import ladder
from pxeclient.playbook.messages import (
    CLIENT_ADDRESS,
    DHCP_SERVER,
    PROXY_SERVER,
    TFTP_SERVER,
    Client,
    DhcpReply,
    ServerMessage,
    TftpPacket,
    UdpDatagram,
    ack,
    arp_query,
    arp_reply,
    boot_menu,
    boot_reply,
    data,
    icmp_error,
    igmp_message,
    mac_of,
    nak,
    oack,
    offer,
    ping,
    proxy_ack,
    proxy_offer,
    router_advertisement,
    tftp_error,
)
from pxeclient.playbook.sight import Checks, Kind, Sight, sight

BROADCAST = "255.255.255.255:67"
"""Where DHCPDISCOVER and DHCPREQUEST go."""

DHCPDISCOVER, DHCPREQUEST = Kind.DHCPDISCOVER, Kind.DHCPREQUEST
ARP, ARP_REPLY, ECHO_REPLY = Kind.ARP, Kind.ARP_REPLY, Kind.ECHO_REPLY
EAPOL, IPV6 = Kind.EAPOL, Kind.IPV6
IGMP = Kind.IGMP
RRQ, ACK, ERROR = Kind.RRQ, Kind.ACK, Kind.ERROR

__all__ = [
    "ACK",
    "ARP",
    "ARP_REPLY",
    "BROADCAST",
    "CLIENT_ADDRESS",
    "DHCPDISCOVER",
    "DHCPREQUEST",
    "DHCP_SERVER",
    "EAPOL",
    "ECHO_REPLY",
    "ERROR",
    "IGMP",
    "IPV6",
    "PROXY_SERVER",
    "RRQ",
    "TFTP_SERVER",
    "Checks",
    "Client",
    "DhcpReply",
    "Kind",
    "Playbook",
    "ServerMessage",
    "Sight",
    "TftpPacket",
    "UdpDatagram",
    "ack",
    "arp_query",
    "arp_reply",
    "boot_menu",
    "boot_reply",
    "data",
    "icmp_error",
    "igmp_message",
    "ladder",
    "mac_of",
    "nak",
    "oack",
    "offer",
    "ping",
    "proxy_ack",
    "proxy_offer",
    "router_advertisement",
    "sight",
    "tftp_error",
]
