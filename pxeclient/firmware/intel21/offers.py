"""Intel's ROMs while they discover: what counts, the whole window, and the ranks."""

from __future__ import annotations

from pxeclient.boot.policy import (
    Barren,
    Candidate,
    Discovery,
    Hear,
    Leave,
    OfferClass,
    Overheard,
    Select,
    Verdict,
)
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.facts import nothing_offered, only_proxies, other_xid
from pxeclient.firmware.intel21.sources import edk1, observed, related, specified
from pxeclient.firmware.ranks import (
    has_binl,
    has_bootp,
    has_no_server_id,
    has_proxy_binl,
    has_proxy_pxe10,
    has_pxe10,
    is_no_offer,
    is_no_reply,
    is_own,
    is_own_binl,
    is_proxy_binl,
    plain_with_file,
    window_runs,
)
from pxeclient.wire import dhcp


# --- hear ---------------------------------------------------------------------------------
def has_no_cookie(heard: Overheard) -> bool:
    """it lacks the DHCP magic cookie"""
    return heard.message.cookie != dhcp.COOKIE


def other_hardware(heard: Overheard) -> bool:
    """its hardware address field differs from ours in any of its 16 octets"""
    return heard.message.chaddr != dhcp.chaddr_of(heard.mac)


def no_host_address(heard: Overheard) -> bool:
    """the address it offers begins with an octet above 223"""
    return heard.message.yiaddr.packed[0] > 223


HEAR: Table[Overheard, Hear] = Table(
    "hear",
    "Is a message that came to the DHCP port for this client?",
    (
        Rule(
            "no-reply",
            is_no_reply,
            Hear.DROP,
            "It is a request of another client, not a reply.",
            edk1("pxe_bc_dhcp.c GetOfferAck"),
        ),
        Rule(
            "other-xid",
            other_xid,
            Hear.DROP,
            "The transaction id is not the one of the latest DISCOVER.",
            related("acer-intelrom-2018 session 2; EDK1 pxe_bc_dhcp.c GetOfferAck"),
        ),
        Rule(
            "no-cookie",
            has_no_cookie,
            Hear.DROP,
            "It has no DHCP magic cookie.",
            edk1("pxe_bc_dhcp.c GetOfferAck"),
        ),
        Rule(
            "other-client",
            other_hardware,
            Hear.DROP,
            "The hardware address field is another client's.",
            edk1("pxe_bc_dhcp.c GetOfferAck"),
        ),
        Rule(
            "no-host-address",
            no_host_address,
            Hear.DROP,
            "The address it offers is a multicast or reserved one.",
            edk1("pxe_bc_dhcp.c GetOfferAck"),
        ),
        Rule(
            "ours",
            always,
            Hear.READ,
            "It is a reply to the latest DISCOVER of this client.",
            edk1("pxe_bc_dhcp.c GetOfferAck"),
        ),
    ),
)


# --- classify-offer -----------------------------------------------------------------------
def is_bootp_with_file(candidate: Candidate) -> bool:
    """it is a BOOTP reply (no option 53) with an address and a boot file"""
    reply = candidate.reply
    return reply.type is None and reply.offers_address and reply.names_file


def is_own_pxe10(candidate: Candidate) -> bool:
    """it has an address, says PXEClient, and option 43 has any of 6, 7, 8, 9, 10, 71"""
    return candidate.reply.offers_address and is_proxy_pxe10(candidate)


def is_own_mtftp(candidate: Candidate) -> bool:
    """it has an address and a boot file, and option 43 has all of 1 to 5"""
    return candidate.reply.offers_address and is_proxy_mtftp(candidate)


def is_proxy_pxe10(candidate: Candidate) -> bool:
    """it has no address, says PXEClient, and option 43 has any of 6, 7, 8, 9, 10, 71"""
    return candidate.reply.is_pxe and candidate.reply.has_discovery_tags


def is_proxy_mtftp(candidate: Candidate) -> bool:
    """it has no address but a boot file, and option 43 has all of 1 to 5"""
    return candidate.reply.has_mtftp_tags and candidate.reply.names_file


CLASSIFY_OFFER: Table[Candidate, OfferClass] = Table(
    "classify-offer",
    "What is a reply worth while discovering?",
    (
        Rule(
            "bootp-with-file",
            is_bootp_with_file,
            OfferClass.BOOTP,
            "A BOOTP reply with a boot file is kept as the last resort.",
            edk1("pxe_bc_dhcp.c DoDhcpDora (row R18)"),
        ),
        Rule(
            "no-offer",
            is_no_offer,
            OfferClass.UNUSABLE,
            "It is not a DHCPOFFER.",
            edk1("pxe_bc_dhcp.c GetOfferAck"),
        ),
        Rule(
            "no-server-id",
            has_no_server_id,
            OfferClass.UNUSABLE,
            "An offer without server identifier (option 54) is dropped.",
            edk1("pxe_bc_dhcp.c GetOfferAck"),
        ),
        Rule(
            "own-pxe10",
            is_own_pxe10,
            OfferClass.PXE10,
            "It offers an address and carries PXE discovery options.",
            edk1("dhcp.h, pxe_bc_dhcp.c DHCPOfferAckEdit (rows R4-R8)"),
        ),
        Rule(
            "own-mtftp",
            is_own_mtftp,
            OfferClass.MTFTP,
            "It offers an address, a boot file and the MTFTP parameters.",
            edk1("pxe_bc_dhcp.c (row R17)"),
        ),
        Rule(
            "own-binl",
            is_own_binl,
            OfferClass.BINL,
            "It offers an address and says PXEClient, but option 43 has no discovery"
            " sub-options: such a server is to be asked on port 4011, whether it names a boot"
            " file or not.",
            observed("a note on VMware ESXi's E1000e; Microsoft KB 259670; EDK1, EDK II (row R3)"),
        ),
        Rule(
            "own-plain",
            is_own,
            OfferClass.PLAIN,
            "It offers an address and does not say PXEClient.",
            observed("vmware-bios-plain-dhcpd-2017 (row R1; R14 for option 43 without 60)"),
        ),
        Rule(
            "proxy-pxe10",
            is_proxy_pxe10,
            OfferClass.PROXY_PXE10,
            "A proxy offer with PXE discovery options.",
            related("pixiecore and dnsmasq in front of BIOS ROMs; EDK1 rank 3 (rows R6-R9)"),
        ),
        Rule(
            "proxy-mtftp",
            is_proxy_mtftp,
            OfferClass.PROXY_MTFTP,
            "A proxy offer with a boot file and the MTFTP parameters.",
            edk1("pxe_bc_dhcp.c (row R17)"),
        ),
        Rule(
            "proxy-binl",
            is_proxy_binl,
            OfferClass.PROXY_BINL,
            "A proxy offer that says PXEClient, without PXE discovery options in option 43: its"
            " server is to be asked on port 4011, whether it names a boot file or not.",
            observed("a note on VMware ESXi's E1000e, read literally; EDK1, EDK II (row R10)"),
        ),
        Rule(
            "proxy-without-pxe",
            always,
            OfferClass.UNUSABLE,
            "It has no address and does not say PXEClient.",
            edk1("pxe_bc_dhcp.c GotProxy[DHCP_ONLY] (row R12)"),
        ),
    ),
)


# --- leave-discovery, select-offer --------------------------------------------------------
def something_to_boot(found: Discovery) -> bool:
    """select-offer finds something to boot from"""
    return SELECT_OFFER.decide(found).answer is not Select.NOTHING


LEAVE_DISCOVERY: Table[Discovery, Leave] = Table(
    "leave-discovery",
    "Go on to the request now?",
    (
        Rule(
            "window-runs",
            window_runs,
            Leave.STAY,
            "Replies are collected to the end of the window, however good the first one was.",
            observed("vmware-bios-plain-dhcpd-2017: offer at 0.51 s, request at 2.086 s"),
        ),
        Rule(
            "chosen",
            something_to_boot,
            Leave.REQUEST,
            "The window is over and there is something to boot from.",
            observed("vmware-bios-plain-dhcpd-2017; no wait for a proxy beyond it (X3)"),
        ),
        Rule(
            "nothing-bootable",
            always,
            Leave.STAY,
            "The window is over, but nothing that came leads to a boot file.",
            related("acer-intelrom-2018 session 1 (row R2)"),
        ),
    ),
)


def has_mtftp(found: Discovery) -> bool:
    """an offer with MTFTP options came"""
    return found.has(OfferClass.MTFTP)


def has_proxy_mtftp(found: Discovery) -> bool:
    """a plain offer and a proxy offer with MTFTP options came"""
    return found.has(OfferClass.PLAIN) and found.has(OfferClass.PROXY_MTFTP)


_RANKS = "pxe_bc_dhcp.c DoDhcpDora; the same in EDK II PxeBcDhcp4.c:892-999"

SELECT_OFFER: Table[Discovery, Select] = Table(
    "select-offer",
    "Which of the replies does the boot go on with?",
    (
        Rule(
            "rank-1-own-pxe10",
            has_pxe10,
            Select.FIRST_PXE10,
            "Rank 1: an offer of an address that carries PXE discovery options itself.",
            edk1(_RANKS),
        ),
        Rule(
            "rank-2-own-mtftp",
            has_mtftp,
            Select.FIRST_MTFTP,
            "Rank 2: an offer of an address with MTFTP options.",
            edk1(_RANKS),
        ),
        Rule(
            "rank-3-proxy-pxe10",
            has_proxy_pxe10,
            Select.PROXY_PXE10,
            "Rank 3: a plain offer for the address, a proxy offer with discovery options for the"
            " boot (rows R9, R11).",
            edk1(_RANKS),
        ),
        Rule(
            "rank-4-proxy-mtftp",
            has_proxy_mtftp,
            Select.PROXY_MTFTP,
            "Rank 4: a plain offer for the address, a proxy offer with MTFTP options.",
            edk1(_RANKS),
        ),
        Rule(
            "rank-5-own-binl",
            has_binl,
            Select.FIRST_BINL,
            "Rank 5: an offer of an address that says PXEClient; no separate proxy is asked then"
            " (row R13).",
            edk1(_RANKS),
        ),
        Rule(
            "rank-6-proxy-binl",
            has_proxy_binl,
            Select.PROXY_BINL,
            "Rank 6: a plain offer for the address, a bare proxy offer for the boot; it beats a"
            " boot file in the plain offer (rows R10, R11).",
            edk1(_RANKS),
        ),
        Rule(
            "rank-7-plain-with-file",
            plain_with_file,
            Select.FIRST_WITH_FILE,
            "Rank 7: a plain offer that names a boot file; it beats an earlier one without.",
            related("virtualbox-intelrom-2018; VMware boots from one (row R1)"),
        ),
        Rule(
            "rank-8-bootp",
            has_bootp,
            Select.FIRST_BOOTP,
            "Rank 8: a BOOTP reply with a boot file, used as it stands (row R18).",
            edk1(_RANKS),
        ),
        Rule(
            "nothing",
            always,
            Select.NOTHING,
            "Nothing that came leads to a boot file.",
            related("acer-intelrom-2018 session 1 (row R2)"),
        ),
    ),
)

NO_LEASE: Table[Barren, Verdict] = Table(
    "no-lease",
    "Discovery led nowhere: what is said?",
    (
        Rule(
            "silence",
            nothing_offered,
            Verdict.NO_OFFER,
            "No DHCP server and no proxy offered anything.",
            specified("text of PXE-E51 (row R16)"),
        ),
        Rule(
            "only-proxies",
            only_proxies,
            Verdict.ONLY_PROXY_OFFERS,
            "Only proxy offers came: nobody offered an address.",
            specified("text of PXE-E52 (row R15)"),
        ),
        Rule(
            "no-boot-file",
            always,
            Verdict.NO_BOOT_FILE,
            "Addresses were offered, but nobody named a boot file or said PXEClient.",
            related("acer-intelrom-2018 session 1; VMware's screen shows PXE-E53 (row R2)"),
        ),
    ),
)
