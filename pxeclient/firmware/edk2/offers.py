"""EDK II while it discovers: what counts, the whole interval, and the ranks."""

from __future__ import annotations

from pxeclient.boot.dhcp.reply import Reply
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
from pxeclient.firmware.edk2.options import is_broken
from pxeclient.firmware.edk2.sources import DHCP4, ENGINE, read, seen
from pxeclient.firmware.facts import from_other_port, nothing_offered, other_chaddr, other_xid
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

MENU_TAGS = frozenset({6, 7, 8, 9, 10})


def is_pxe10(reply: Reply) -> bool:
    """It says PXEClient, and option 43 has any of 6, 7, 8, 9, 10."""
    return reply.is_pxe and any(option.code in MENU_TAGS for option in reply.vendor)


# --- hear ---------------------------------------------------------------------------------
def has_broken_options(heard: Overheard) -> bool:
    """its options lack an END, or one has a length or value that it cannot have"""
    return heard.message.cookie == dhcp.COOKIE and is_broken(heard.message)


HEAR: Table[Overheard, Hear] = Table(
    "hear",
    "Is a message that came to the DHCP port for this client?",
    (
        # Answers on port 4011, and to a broadcast search for boot servers, are taken from any port:
        # they are asked for from a UDP instance without a remote port (Dhcp4Impl.c:1348-1391).
        Rule(
            "other-port",
            from_other_port,
            Hear.DROP,
            "It came from another UDP port, and EDK II takes DHCP replies from port 67 only.",
            seen("Dhcp4Dxe/Dhcp4Driver.c:128-133, Udp4Dxe/Udp4Impl.c:1273-1274", "offer-port-6767"),
        ),
        Rule(
            "no-reply",
            is_no_reply,
            Hear.DROP,
            "It is a request of another client, not a reply.",
            read(f"{ENGINE}:988-990"),
        ),
        Rule(
            "other-xid",
            other_xid,
            Hear.DROP,
            "The transaction id is not the one of this exchange.",
            seen(f"{ENGINE}:988-990", "wrong-xid"),
        ),
        Rule(
            "other-client",
            other_chaddr,
            Hear.DROP,
            "The hardware address is another client's.",
            read(f"{ENGINE}:988-990"),
        ),
        Rule(
            "broken-options",
            has_broken_options,
            Hear.DROP,
            "One option is broken, and EDK II then drops the whole packet.",
            read("Dhcp4Dxe/Dhcp4Option.c:16-102,360-363"),
        ),
        Rule(
            "ours",
            always,
            Hear.READ,
            "It is a reply to this client.",
            read(f"{ENGINE}:926-1071"),
        ),
    ),
)


# --- classify-offer -----------------------------------------------------------------------
def is_bootp(candidate: Candidate) -> bool:
    """it is a BOOTP reply (no option 53) with a boot file"""
    return candidate.reply.type is None and candidate.reply.names_file


def is_own_pxe10(candidate: Candidate) -> bool:
    """it has an address, says PXEClient, and option 43 has any of 6, 7, 8, 9, 10"""
    return candidate.reply.offers_address and is_pxe10(candidate.reply)


def is_proxy_pxe10(candidate: Candidate) -> bool:
    """it has no address, says PXEClient, and option 43 has any of 6, 7, 8, 9, 10"""
    return is_pxe10(candidate.reply)


def is_mtftp(candidate: Candidate) -> bool:
    """it says PXEClient, and option 43 has all of 1 to 5"""
    return candidate.reply.is_pxe and candidate.reply.has_mtftp_tags


CLASSIFY_OFFER: Table[Candidate, OfferClass] = Table(
    "classify-offer",
    "What is a reply worth while discovering?",
    (
        Rule(
            "bootp",
            is_bootp,
            OfferClass.BOOTP,
            "A BOOTP reply with a boot file is kept as the last resort.",
            seen(f"{DHCP4}:566-572", "bootp-reply"),
        ),
        Rule(
            "no-offer",
            is_no_offer,
            OfferClass.UNUSABLE,
            "It is not a DHCPOFFER.",
            read(f"{ENGINE}:611-616"),
        ),
        Rule(
            "no-server-id",
            has_no_server_id,
            OfferClass.UNUSABLE,
            "An offer without server identifier (option 54) is dropped, a proxy's too.",
            read(f"{ENGINE}:611-616"),
        ),
        Rule(
            "own-pxe10",
            is_own_pxe10,
            OfferClass.PXE10,
            "It offers an address and carries PXE discovery options.",
            seen(f"{DHCP4}:574-585", "samehost-60-43*"),
        ),
        Rule(
            "proxy-pxe10",
            is_proxy_pxe10,
            OfferClass.PROXY_PXE10,
            "A proxy offer with PXE discovery options.",
            seen(f"{DHCP4}:574-585", "proxy-60-43*"),
        ),
        Rule(
            "mtftp",
            is_mtftp,
            OfferClass.UNUSABLE,
            "It wants a multicast download, which EDK II does not know: the offer is thrown away.",
            read(f"{DHCP4}:586-591"),
        ),
        Rule(
            "own-binl",
            is_own_binl,
            OfferClass.BINL,
            "It offers an address and says PXEClient without PXE discovery options: its server is"
            " to be asked on port 4011, whether it names a boot file or not.",
            seen(f"{DHCP4}:592-596", "samehost-60-*"),
        ),
        Rule(
            "proxy-binl",
            is_proxy_binl,
            OfferClass.PROXY_BINL,
            "A proxy offer without PXE discovery options: its server is to be asked on port 4011,"
            " whether it names a boot file or not.",
            seen(f"{DHCP4}:592-596", "proxy-60-*"),
        ),
        Rule(
            "own-plain",
            is_own,
            OfferClass.PLAIN,
            "It offers an address and does not say PXEClient.",
            seen(f"{DHCP4}:597-605", "plain-dhcp-*"),
        ),
        Rule(
            "neither",
            always,
            OfferClass.UNUSABLE,
            "It has no address and does not say PXEClient.",
            read(f"{DHCP4}:801-883"),
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
            "interval-runs",
            window_runs,
            Leave.STAY,
            "Offers are collected to the end of the interval, however good the first one was.",
            seen(f"{DHCP4}:1280", "all"),
        ),
        Rule(
            "chosen",
            something_to_boot,
            Leave.REQUEST,
            "The interval is over and there is something to boot from.",
            seen(f"{ENGINE}:1487-1505", "all that got an address"),
        ),
        Rule(
            "nothing-bootable",
            always,
            Leave.STAY,
            "The interval is over, but nothing that came leads to a boot file.",
            seen(f"{ENGINE}:1500-1505", "no-bootfile"),
        ),
    ),
)


SELECT_OFFER: Table[Discovery, Select] = Table(
    "select-offer",
    "Which of the replies does the boot go on with?",
    (
        Rule(
            "rank-1-own-pxe10",
            has_pxe10,
            Select.FIRST_PXE10,
            "Rank 1: an offer of an address that carries PXE discovery options itself.",
            seen(f"{DHCP4}:892-967", "samehost-60-43*"),
        ),
        Rule(
            "rank-3-proxy-pxe10",
            has_proxy_pxe10,
            Select.PROXY_PXE10,
            "Rank 3: a plain offer for the address, a proxy offer with discovery options for the"
            " boot.",
            seen(f"{DHCP4}:892-967", "proxy-60-43*"),
        ),
        Rule(
            "rank-5-own-binl",
            has_binl,
            Select.FIRST_BINL,
            "Rank 5: an offer of an address that says PXEClient; no separate proxy is asked then.",
            seen(f"{DHCP4}:892-967", "dhcp-60-only-and-proxy-file"),
        ),
        Rule(
            "rank-6-proxy-binl",
            has_proxy_binl,
            Select.PROXY_BINL,
            "Rank 6: a plain offer for the address, a bare proxy offer for the boot; it beats a"
            " boot file in the plain offer.",
            seen(f"{DHCP4}:892-967", "dhcp-file-and-proxy-file"),
        ),
        Rule(
            "rank-7-plain-with-file",
            plain_with_file,
            Select.FIRST_WITH_FILE,
            "Rank 7: the first plain offer that names a boot file.",
            seen(f"{DHCP4}:892-967", "two-dhcp-both-file"),
        ),
        Rule(
            "rank-8-bootp",
            has_bootp,
            Select.FIRST_BOOTP,
            "Rank 8: a BOOTP reply with a boot file, used as it stands.",
            read(f"{DHCP4}:892-967"),
        ),
        Rule(
            "nothing",
            always,
            Select.NOTHING,
            "Nothing that came leads to a boot file.",
            seen(f"{DHCP4}:892-967", "no-bootfile"),
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
            "No offer came that counts.",
            seen(f"{DHCP4}:1710-1712", "no-server"),
        ),
        Rule(
            "no-valid-offer",
            always,
            Verdict.NO_VALID_OFFER,
            "Offers came, but none that leads to a boot file.",
            seen(f"{DHCP4}:1710-1712", "no-bootfile, proxy-only"),
        ),
    ),
)
