"""Where what is known of Intel's ROMs contradicts itself: the other choice, as a switch.

``docs/explanation/vmware-e1000e.md`` has the contradictions (X1 to X13) and row R4b. Each
switch changes the tables in one way; a profile or one of its variants names those that it wants.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pxeclient.boot.dhcp.reply import Reply
from pxeclient.boot.menu.policy import Prompting, PxeSettings
from pxeclient.boot.policy import (
    AckCandidate,
    AckUse,
    AfterAck,
    BootFrom,
    Candidate,
    Discovery,
    Hear,
    Lease,
    Leave,
    OfferClass,
    Policy,
    ProxyCandidate,
    ProxyUse,
    Select,
    Sources,
)
from pxeclient.decisions import Rule
from pxeclient.firmware.facts import from_other_port
from pxeclient.firmware.intel21.bootfile import file_and_bit_3
from pxeclient.firmware.intel21.menu import (
    has_whole_menu,
    lacks_group,
    lacks_menu,
    lacks_servers,
)
from pxeclient.firmware.intel21.sources import edk1, inferred, specified
from pxeclient.wire.addresses import ANY


# --- strict-list (R4b, X6) ----------------------------------------------------------------
def bit_3_without_list(sources: Sources) -> bool:
    """bit 3 is set beside a boot file, but a list (43.8) is called for and missing or broken"""
    return file_and_bit_3(sources) and lacks_servers(PxeSettings.of(sources.replies))


def strict_list(policy: Policy) -> Policy:
    """Bit 3 does not excuse a missing list of boot servers."""
    rule = Rule(
        "bit-3-without-list",
        bit_3_without_list,
        BootFrom.BOOT_SERVER,
        "Discovery control calls for a list of boot servers, and there is none: this variant"
        " looks for it even though bit 3 is set.",
        inferred("gpxe list 2011-10: 43.6=0B without 43.8 is of no use to an Intel ROM (X6)"),
    )
    return replace(policy, boot_from=policy.boot_from.before("bit-3-and-file", rule))


# --- edk1-checks (X5, X6, open point 4) ---------------------------------------------------
def _is_bad(reply: Reply, says_so: bool) -> bool:
    if not says_so or not reply.has_discovery_tags:
        return False
    settings = PxeSettings.of((reply,))
    if lacks_group(settings) or lacks_servers(settings):
        return True
    return not (reply.disables_discovery and reply.names_file) and lacks_menu(settings)


def is_bad_offer(candidate: Candidate) -> bool:
    """its PXE options are bad: 43.7, 43.8, or menu and prompt, as 43.6 calls for them"""
    return _is_bad(candidate.reply, candidate.reply.is_pxe)


def is_bad_ack(candidate: AckCandidate) -> bool:
    """its PXE options are bad: 43.7, 43.8, or menu and prompt, as 43.6 calls for them"""
    return _is_bad(candidate.reply, candidate.reply.is_pxe)


def is_bad_answer(candidate: ProxyCandidate) -> bool:
    """its PXE options are bad: 43.7, 43.8, or menu and prompt, as 43.6 calls for them"""
    return _is_bad(candidate.reply, says_so=True)


def edk1_checks(policy: Policy) -> Policy:
    """Replies with bad PXE options are dropped in silence, whatever bit 3 says."""
    known = edk1("pxe_bc_dhcp.c DHCPOfferAckEdit (X5)")
    why = (
        "Multicast without a group, a list that is called for and missing, or no menu: such a"
        " reply is thrown away without a word; bit 3 excuses only the menu."
    )
    return replace(
        policy,
        classify_offer=policy.classify_offer.before(
            "own-pxe10", Rule("bad-options", is_bad_offer, OfferClass.UNUSABLE, why, known)
        ),
        accept_ack=policy.accept_ack.before(
            "confirmed", Rule("bad-options", is_bad_ack, AckUse.IGNORE, why, known)
        ),
        accept_proxy_reply=policy.accept_proxy_reply.before(
            "answered", Rule("bad-options", is_bad_answer, ProxyUse.IGNORE, why, known)
        ),
    )


# --- file-without-43 (X1) -----------------------------------------------------------------
def bare_proxy_names_file(lease: Lease) -> bool:
    """the chosen proxy offer has no PXE discovery options, but names a boot file"""
    proxy = lease.proxy_offer
    return lease.selected is Select.PROXY_BINL and proxy is not None and proxy.names_file


def bare_own_names_file(lease: Lease) -> bool:
    """the chosen offer has no PXE discovery options, but the DHCPACK names a boot file"""
    return lease.selected is Select.FIRST_BINL and lease.ack.names_file


def file_without_43(policy: Policy) -> Policy:
    """PXE 2.1's sentence by the letter: port 4011 only without option 43 *and* without a file."""
    known = specified("PXE 2.1 read by the letter, as iPXE reads it (X1)")
    why = (
        'The sentence on port 4011 ("without corresponding Option #43 tags or a boot file name")'
        " is taken to mean that a boot file is enough to do without it."
    )
    table = policy.after_ack.before(
        "proxy-binl",
        Rule("proxy-file", bare_proxy_names_file, AfterAck.USE_PROXY_OFFER, why, known),
        Rule("own-file", bare_own_names_file, AfterAck.USE_ACK, why, known),
    )
    return replace(policy, after_ack=table)


# --- wait-for-proxy (X3) ------------------------------------------------------------------
def only_plain_in_first_window(found: Discovery) -> bool:
    """nothing that came says PXEClient, and only one DISCOVER was sent"""
    return found.windows < 2 and not any(kept.reply.is_pxe for kept in found.kept)


def wait_for_proxy(policy: Policy) -> Policy:
    """A plain offer waits for a proxy's through the second window."""
    rule = Rule(
        "waits-for-proxy",
        only_plain_in_first_window,
        Leave.STAY,
        "Nobody has said PXEClient yet: a proxy is waited for to the end of the second window.",
        specified("PXE 2.1 by way of iPXE config/dhcp.h (X3)"),
    )
    return replace(policy, leave_discovery=policy.leave_discovery.before("chosen", rule))


# --- offer-decides (X10) ------------------------------------------------------------------
def chose_own_pxe(lease: Lease) -> bool:
    """the chosen offer gives the address and carries PXE discovery (or MTFTP) options"""
    return lease.selected in (Select.FIRST_PXE10, Select.FIRST_MTFTP)


def offer_decides(policy: Policy) -> Policy:
    """The offer's option 43 counts, not the DHCPACK's."""
    rule = Rule(
        "own-pxe-offer",
        chose_own_pxe,
        AfterAck.USE_OFFER,
        "The offer carried the PXE options; what the DHCPACK says of them is not looked at.",
        inferred("the other reading of option 43 in OFFER and ACK (X10)"),
    )
    return replace(policy, after_ack=policy.after_ack.before("own-offer", rule))


# --- proxy-yiaddr-0 (X11) -----------------------------------------------------------------
def names_an_address(candidate: ProxyCandidate) -> bool:
    """its yiaddr is not zero"""
    return candidate.reply.yiaddr != ANY


def proxy_yiaddr_0(policy: Policy) -> Policy:
    """An answer of port 4011 with an address in yiaddr is dropped."""
    rule = Rule(
        "names-an-address",
        names_an_address,
        ProxyUse.IGNORE,
        "A ProxyDHCP reply has yiaddr 0; one with an address is not taken for one.",
        edk1("pxe_bc_dhcp.c GetBINLAck (X11)"),
    )
    return replace(policy, accept_proxy_reply=policy.accept_proxy_reply.before("answered", rule))


# --- menu-without-prompt (X12) ------------------------------------------------------------
def has_menu_but_no_prompt(settings: PxeSettings) -> bool:
    """there is a menu (43.9), and no prompt (43.10)"""
    return has_whole_menu(settings) and settings.prompt is None


def menu_without_prompt(policy: Policy) -> Policy:
    """A menu without a prompt is shown, and waits."""
    rule = Rule(
        "menu-without-prompt",
        has_menu_but_no_prompt,
        Prompting.SHOW_MENU,
        "Without a prompt the menu is shown at once, and no time-out runs.",
        specified("draft-henry-remote-boot-protocol-00 (X12)"),
    )
    return replace(policy, menu_prompt=policy.menu_prompt.before("no-menu", rule))


# --- 43-without-60 (R14) ------------------------------------------------------------------
def own_has_tags(candidate: Candidate) -> bool:
    """it has an address, and option 43 has any of 6, 7, 8, 9, 10, 71"""
    return candidate.reply.offers_address and candidate.reply.has_discovery_tags


def has_tags(candidate: Candidate) -> bool:
    """option 43 has any of 6, 7, 8, 9, 10, 71"""
    return candidate.reply.has_discovery_tags


def tags_file_and_bit_3(sources: Sources) -> bool:
    """it names a boot file, and discovery control (43.6) has bit 3 set, whatever option 60 says"""
    reply = sources.replies[0]
    return reply.disables_discovery and reply.names_file


def tags(sources: Sources) -> bool:
    """option 43 has any of 6, 7, 8, 9, 10, 71, whatever option 60 says"""
    return sources.replies[0].has_discovery_tags


def tags_without_60(policy: Policy) -> Policy:
    """Option 43 counts without option 60."""
    known = edk1("pxe_bc_dhcp.c does not look at option 60 (row R14)")
    why = "Option 43 has discovery options; that option 60 does not say PXEClient is not minded."
    classify, start = policy.classify_offer, policy.boot_from
    return replace(
        policy,
        classify_offer=classify.instead(
            "own-pxe10", Rule("own-pxe10", own_has_tags, OfferClass.PXE10, why, known)
        ).instead("proxy-pxe10", Rule("proxy-pxe10", has_tags, OfferClass.PROXY_PXE10, why, known)),
        boot_from=start.instead(
            "bit-3-and-file",
            Rule("bit-3-and-file", tags_file_and_bit_3, BootFrom.DOWNLOAD, why, known),
        ).instead("discovery", Rule("discovery", tags, BootFrom.BOOT_SERVER, why, known)),
    )


# --- port-67-only -------------------------------------------------------------------------
def port_67_only(policy: Policy) -> Policy:
    """Offers and DHCPACKs count only if they come from UDP port 67."""
    rule = Rule(
        "other-port",
        from_other_port,
        Hear.DROP,
        "It came from another UDP port than 67.",
        inferred("EDK II and VMware's EFI are like that; of a BIOS ROM nothing is known"),
    )
    return replace(policy, hear=policy.hear.before("no-reply", rule))


SWITCHES: Mapping[str, Callable[[Policy], Policy]] = {
    "strict-list": strict_list,
    "edk1-checks": edk1_checks,
    "file-without-43": file_without_43,
    "wait-for-proxy": wait_for_proxy,
    "offer-decides": offer_decides,
    "proxy-yiaddr-0": proxy_yiaddr_0,
    "menu-without-prompt": menu_without_prompt,
    "43-without-60": tags_without_60,
    "port-67-only": port_67_only,
}
"""By the name that profiles call them."""
