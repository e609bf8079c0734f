"""EDK II and the DHCPACK: which one counts, and where the boot file is looked for."""

from __future__ import annotations

from pxeclient.boot.policy import AckCandidate, AckUse, AfterAck, Lease, Select
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.edk2.sources import DHCP4, ENGINE, read, seen
from pxeclient.firmware.facts import (
    ack_for_other_address,
    ack_from_other_server,
    is_nak,
)
from pxeclient.firmware.ranks import chose_binl, chose_proxy_binl
from pxeclient.wire import dhcp


def is_neither(candidate: AckCandidate) -> bool:
    """it is neither DHCPACK nor DHCPNAK"""
    return candidate.reply.type not in (dhcp.ACK, dhcp.NAK)


ACCEPT_ACK: Table[AckCandidate, AckUse] = Table(
    "accept-ack",
    "What does a reply to the DHCPREQUEST do?",
    (
        Rule(
            "other-server",
            ack_from_other_server,
            AckUse.IGNORE,
            "Its server identifier is not that of the chosen offer.",
            read(f"{ENGINE}:687-733"),
        ),
        Rule(
            "neither",
            is_neither,
            AckUse.IGNORE,
            "It is neither DHCPACK nor DHCPNAK.",
            read(f"{ENGINE}:687-733"),
        ),
        Rule(
            "nak",
            is_nak,
            AckUse.FAIL,
            "The chosen server refuses, and EDK II gives up at once.",
            seen(f"{ENGINE}:687-733", "nak-then-ack"),
        ),
        Rule(
            "other-address",
            ack_for_other_address,
            AckUse.FAIL,
            "It confirms another address than the one offered: EDK II declines and gives up.",
            read(f"{ENGINE}:712-730"),
        ),
        Rule(
            "confirmed",
            always,
            AckUse.TAKE_LEASE,
            "The chosen server confirms the offered address.",
            seen(f"{ENGINE}:687-733", "all that got an address"),
        ),
    ),
)


def chose_proxy_pxe10(lease: Lease) -> bool:
    """a proxy offer with PXE discovery options was chosen"""
    return lease.selected is Select.PROXY_PXE10


AFTER_ACK: Table[Lease, AfterAck] = Table(
    "after-ack",
    "The address is confirmed: where is the boot file looked for?",
    (
        Rule(
            "own-binl",
            chose_binl,
            AfterAck.ASK_PORT_4011,
            "The offer says PXEClient (option 60) without discovery options in option 43: EDK II"
            " asks port 4011 even if it names server and file. Discovery control (43.6) with bit 3"
            " would have told it to use them.",
            seen(f"{DHCP4}:1035-1041", "samehost-60-file"),
        ),
        Rule(
            "proxy-binl",
            chose_proxy_binl,
            AfterAck.ASK_PORT_4011,
            "The proxy offer says PXEClient (option 60) without discovery options in option 43:"
            " EDK II asks port 4011 even if it names server and file. Discovery control (43.6)"
            " with bit 3 would have told it to use them.",
            seen(f"{DHCP4}:1056-1066", "proxy-60-file"),
        ),
        Rule(
            "proxy-pxe10",
            chose_proxy_pxe10,
            AfterAck.USE_PROXY_OFFER,
            "The proxy offer carries the PXE options itself; what it says counts.",
            seen(f"{DHCP4}:1110-1115", "proxy-60-43.6=8-file"),
        ),
        Rule(
            "own-offer",
            always,
            AfterAck.USE_ACK,
            "The server that gives the address also names the boot file; its DHCPACK counts.",
            seen(f"{DHCP4}:1116-1123", "plain-dhcp-bootfile, offer-ack-differ"),
        ),
    ),
)
