"""iPXE and port 4011: whom it asks, what it takes for an answer, what silence means."""

from __future__ import annotations

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.policy import AddressOf, ProxyCandidate, ProxySilent, ProxyUse, Silence
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.facts import has_siaddr
from pxeclient.firmware.ipxe.lease import has_pxe_options
from pxeclient.firmware.ipxe.sources import read, seen
from pxeclient.wire import dhcp
from pxeclient.wire.addresses import ANY


def has_server_id(reply: Reply) -> bool:
    """it has a server identifier (option 54)"""
    return reply.server_id != ANY


PROXY_SERVER: Table[Reply, AddressOf] = Table(
    "proxy-server",
    "Which address is asked on port 4011?",
    (
        Rule(
            "server-id",
            has_server_id,
            AddressOf.SERVER_ID,
            "The server identifier comes first.",
            seen("net/udp/dhcp.c:1248-1253", "proxy-60-only"),
        ),
        Rule(
            "siaddr",
            has_siaddr,
            AddressOf.SIADDR,
            "Without a server identifier siaddr stands in.",
            read("net/udp/dhcp.c:1248-1253"),
        ),
        Rule(
            "source",
            always,
            AddressOf.SOURCE,
            "With neither, it is the address that the reply came from.",
            read("net/udp/dhcp.c:1248-1253"),
        ),
    ),
)


def proxy_from_other_port(candidate: ProxyCandidate) -> bool:
    """it does not come from port 4011"""
    return candidate.reply.source_port != dhcp.PROXY_PORT


def proxy_of_other_type(candidate: ProxyCandidate) -> bool:
    """it is neither DHCPACK nor DHCPOFFER"""
    return candidate.reply.type not in (dhcp.OFFER, dhcp.ACK)


def proxy_of_other_server(candidate: ProxyCandidate) -> bool:
    """its server identifier (or siaddr, or source) is not the server asked"""
    return candidate.reply.pseudo_id != candidate.asked


def proxy_says_nothing(candidate: ProxyCandidate) -> bool:
    """it lacks siaddr or a boot file name, and has no menu"""
    return not has_pxe_options(candidate.reply)


ACCEPT_PROXY_REPLY: Table[ProxyCandidate, ProxyUse] = Table(
    "accept-proxy-reply",
    "Is a reply that came while port 4011 is being asked of use?",
    (
        Rule(
            "other-port",
            proxy_from_other_port,
            ProxyUse.IGNORE,
            "It does not come from port 4011.",
            read("net/udp/dhcp.c:720"),
        ),
        Rule(
            "other-type",
            proxy_of_other_type,
            ProxyUse.IGNORE,
            "It is neither DHCPACK nor DHCPOFFER.",
            read("net/udp/dhcp.c:722"),
        ),
        Rule(
            "other-server",
            proxy_of_other_server,
            ProxyUse.IGNORE,
            "Its server identifier is not that of the server asked.",
            read("net/udp/dhcp.c:724"),
        ),
        Rule(
            "names-nothing",
            proxy_says_nothing,
            ProxyUse.IGNORE,
            "It lacks a next server or a boot file, and has no menu.",
            seen("net/udp/dhcp.c:726", "proxy-60-only-4011-nofile"),
        ),
        Rule(
            "complete",
            always,
            ProxyUse.ADD,
            "The server asked names server and boot file (or a menu).",
            seen("net/udp/dhcp.c:729-735", "samehost-60-only, proxy-60-only"),
        ),
    ),
)

PROXY_SILENT: Table[Silence, ProxySilent] = Table(
    "proxy-silent",
    "Port 4011 gave no usable answer: what now?",
    (
        Rule(
            "carry-on",
            always,
            ProxySilent.CARRY_ON,
            "To iPXE a silent port 4011 is no error: it goes on with what the DHCPACK says.",
            seen("net/udp/dhcp.c:747-754", "samehost-60-only-4011-dead"),
        ),
    ),
)
