"""Intel's ROMs and the DHCPACK: which one counts, and where the boot file is looked for."""

from __future__ import annotations

from pxeclient.boot.policy import AckCandidate, AckUse, AfterAck, Lease, Select
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.facts import ack_for_other_address, ack_from_other_server
from pxeclient.firmware.intel21.sources import edk1, inferred, observed, related
from pxeclient.firmware.ranks import chose_binl, chose_proxy_binl
from pxeclient.wire import dhcp


def is_no_ack(candidate: AckCandidate) -> bool:
    """it is not a DHCPACK"""
    return candidate.reply.type != dhcp.ACK


ACCEPT_ACK: Table[AckCandidate, AckUse] = Table(
    "accept-ack",
    "What does a reply to the DHCPREQUEST do?",
    (
        Rule(
            "no-ack",
            is_no_ack,
            AckUse.IGNORE,
            "It is not a DHCPACK; a DHCPNAK counts as silence.",
            inferred("EDK1 pxe_bc_dhcp.c GetOfferAck takes only DHCPACK"),
        ),
        Rule(
            "other-server",
            ack_from_other_server,
            AckUse.IGNORE,
            "Its server identifier is not that of the chosen offer.",
            edk1("pxe_bc_dhcp.c GetOfferAck"),
        ),
        Rule(
            "other-address",
            ack_for_other_address,
            AckUse.IGNORE,
            "It confirms another address than the one requested.",
            related("virtualbox-intelrom-2018: the ACK of the other server is ignored"),
        ),
        Rule(
            "confirmed",
            always,
            AckUse.TAKE_LEASE,
            "The chosen server confirms the requested address.",
            observed("vmware-bios-plain-dhcpd-2017"),
        ),
    ),
)


def chose_proxy(lease: Lease) -> bool:
    """a proxy offer with PXE discovery (or MTFTP) options was chosen"""
    return lease.selected in (Select.PROXY_PXE10, Select.PROXY_MTFTP)


def chose_binl_and_ack_has_tags(lease: Lease) -> bool:
    """the chosen offer had no PXE discovery options, but the DHCPACK has"""
    return lease.selected is Select.FIRST_BINL and lease.ack.is_pxe and lease.ack.has_discovery_tags


AFTER_ACK: Table[Lease, AfterAck] = Table(
    "after-ack",
    "The address is confirmed: where is the boot file looked for?",
    (
        Rule(
            "proxy-binl",
            chose_proxy_binl,
            AfterAck.ASK_PORT_4011,
            "The proxy offer says PXEClient (option 60) without discovery options in option 43:"
            " this ROM asks port 4011 even if the offer names server and file. Discovery control"
            " (43.6) with bit 3 would have told it to use them.",
            observed("a note on VMware ESXi's E1000e, read literally; EDK1, EDK II (row R10)"),
        ),
        Rule(
            "proxy-with-options",
            chose_proxy,
            AfterAck.USE_PROXY_OFFER,
            "The proxy offer carries the PXE options itself; what it says counts, not the DHCPACK.",
            related("pixiecore and dnsmasq in front of BIOS ROMs; EDK1 rank 3 (row R9)"),
        ),
        Rule(
            "own-binl-with-options-in-ack",
            chose_binl_and_ack_has_tags,
            AfterAck.USE_ACK,
            "The offer had no discovery options, but the DHCPACK has: for the server that gives"
            " the address, the DHCPACK counts.",
            inferred("EDK1 keeps only the ACK of such servers (X10)"),
        ),
        Rule(
            "own-binl",
            chose_binl,
            AfterAck.ASK_PORT_4011,
            "The offer says PXEClient (option 60) without discovery options in option 43: this"
            " ROM asks port 4011 even if it names server and file. Discovery control (43.6) with"
            " bit 3 would have told it to use them.",
            observed("a note on VMware ESXi's E1000e; Microsoft KB 259670 (row R3)"),
        ),
        Rule(
            "own-offer",
            always,
            AfterAck.USE_ACK,
            "The server that gives the address also names the boot file; its DHCPACK counts.",
            observed("vmware-bios-plain-dhcpd-2017 (rows R1, R4; R4c for an ACK that differs)"),
        ),
    ),
)
