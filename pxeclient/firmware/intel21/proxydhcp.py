"""Intel's ROMs and port 4011: whom they ask, what they take for an answer, and PXE-E55."""

from __future__ import annotations

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.policy import AddressOf, ProxyCandidate, ProxySilent, ProxyUse, Silence
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.facts import has_siaddr
from pxeclient.firmware.intel21.sources import edk1, inferred, observed
from pxeclient.wire import dhcp

PROXY_SERVER: Table[Reply, AddressOf] = Table(
    "proxy-server",
    "Which address is asked on port 4011?",
    (
        Rule(
            "siaddr",
            has_siaddr,
            AddressOf.SIADDR,
            "The next server of the offer comes first, even if it is only a TFTP server.",
            edk1("pxe_bc_dhcp.c TryBINL; the same seen on EDK II"),
        ),
        Rule(
            "server-id",
            always,
            AddressOf.SERVER_ID,
            "Without siaddr the server identifier stands in.",
            edk1("pxe_bc_dhcp.c TryBINL"),
        ),
    ),
)


def is_from_elsewhere(candidate: ProxyCandidate) -> bool:
    """it does not come from the address asked"""
    return candidate.reply.source != candidate.asked


def is_no_ack(candidate: ProxyCandidate) -> bool:
    """it is not a DHCPACK"""
    return candidate.reply.type != dhcp.ACK


def is_of_other_server(candidate: ProxyCandidate) -> bool:
    """its server identifier is not the address asked"""
    return candidate.reply.server_id != candidate.asked


ACCEPT_PROXY_REPLY: Table[ProxyCandidate, ProxyUse] = Table(
    "accept-proxy-reply",
    "Is a reply that came while port 4011 is being asked of use?",
    (
        Rule(
            "from-elsewhere",
            is_from_elsewhere,
            ProxyUse.IGNORE,
            "It does not come from the address asked.",
            edk1("pxe_bc_dhcp.c GetBINLAck"),
        ),
        Rule(
            "no-ack",
            is_no_ack,
            ProxyUse.IGNORE,
            "It is not a DHCPACK.",
            edk1("pxe_bc_dhcp.c GetBINLAck"),
        ),
        Rule(
            "other-server",
            is_of_other_server,
            ProxyUse.IGNORE,
            "Its server identifier is not the address asked.",
            edk1("pxe_bc_dhcp.c GetBINLAck"),
        ),
        Rule(
            "answered",
            always,
            ProxyUse.USE,
            "The server asked has answered; yiaddr is not looked at (X11).",
            inferred("EDK1 pxe_bc_dhcp.c GetBINLAck, more lenient (rows R3a-R3c)"),
        ),
    ),
)


PROXY_SILENT: Table[Silence, ProxySilent] = Table(
    "proxy-silent",
    "Port 4011 gave no usable answer: what now?",
    (
        Rule(
            "give-up",
            always,
            ProxySilent.FAIL,
            "The ROM was told to ask, and nobody answered.",
            observed("a note on VMware ESXi's E1000e: PXE-E55; Microsoft KB 259670"),
        ),
    ),
)
