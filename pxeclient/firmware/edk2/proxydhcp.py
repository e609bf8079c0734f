"""EDK II and port 4011: whom it asks, what it takes for an answer, and PXE-E16."""

from __future__ import annotations

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.policy import AddressOf, ProxyCandidate, ProxySilent, ProxyUse, Silence
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.edk2.offers import is_pxe10
from pxeclient.firmware.edk2.sources import DHCP4, seen
from pxeclient.firmware.facts import has_siaddr

PROXY_SERVER: Table[Reply, AddressOf] = Table(
    "proxy-server",
    "Which address is asked on port 4011?",
    (
        Rule(
            "siaddr",
            has_siaddr,
            AddressOf.SIADDR,
            "The next server of the offer comes first, even if it is only a TFTP server.",
            seen(f"{DHCP4}:725-740", "proxy-60-file"),
        ),
        Rule(
            "server-id",
            always,
            AddressOf.SERVER_ID,
            "Without siaddr the server identifier stands in.",
            seen(f"{DHCP4}:725-740", "proxy-60-only"),
        ),
    ),
)


def says_what_to_boot(candidate: ProxyCandidate) -> bool:
    """it names a boot file, or has no address and PXE discovery options"""
    reply = candidate.reply
    return reply.names_file or (not reply.offers_address and is_pxe10(reply))


ACCEPT_PROXY_REPLY: Table[ProxyCandidate, ProxyUse] = Table(
    "accept-proxy-reply",
    "Is a reply that came while port 4011 is being asked of use?",
    (
        Rule(
            "complete",
            says_what_to_boot,
            ProxyUse.USE,
            "It says what to boot; neither its source nor its type is looked at.",
            seen(f"{DHCP4}:765-787,1528-1557", "samehost-60-only, proxy-60-only"),
        ),
        Rule(
            "names-nothing",
            always,
            ProxyUse.REFUSE,
            "It names no boot file: its server is given up.",
            seen(f"{DHCP4}:765-787", "proxy-60-only-4011-nofile"),
        ),
    ),
)


def others_are_left(silence: Silence) -> bool:
    """another bare proxy offer was kept"""
    return silence.others_left > 0


PROXY_SILENT: Table[Silence, ProxySilent] = Table(
    "proxy-silent",
    "Port 4011 gave no usable answer: what now?",
    (
        Rule(
            "next-proxy",
            others_are_left,
            ProxySilent.ASK_NEXT,
            "The server of the next bare proxy offer is asked.",
            seen(f"{DHCP4}:1056-1076", "proxy-two-both-file"),
        ),
        Rule(
            "give-up",
            always,
            ProxySilent.FAIL,
            "There is no way back: not to the boot file of the offer, not to that of the DHCPACK.",
            seen(f"{DHCP4}:1035-1076", "samehost-60-file, dhcp-file-and-proxy-60-only-dead"),
        ),
    ),
)
