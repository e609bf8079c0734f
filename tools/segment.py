"""What anybody on the segment can do to firmwares and to us: ``docs/explanation/segment.md``.

What a rule decides, why, and how that is known is said by the decision tables and the profiles;
what no firmware asks, and so no table has, stands in `_NOT_ASKED`. Our own bounds are read off the
code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pxeclient import profile as profiles
from pxeclient.boot import client
from pxeclient.boot.dhcp import exchange
from pxeclient.boots import repeats
from pxeclient.check.running import DEADLINE
from pxeclient.cli.overdue import REPORTS
from pxeclient.cli.wire_choice import LONGEST
from pxeclient.decisions import Evidence, Known, condition
from pxeclient.diagnose import diagnosis, sorting
from pxeclient.fetch import content
from pxeclient.link import packet
from pxeclient.profile import Profile
from pxeclient.profile.model import tables
from pxeclient.stack import arp as neighbours
from pxeclient.wire import fragments

FIRMWARES = ("ipxe", "edk2", "vmware-e1000e")
"""One of each family: the one that its tables are best known of."""
_FAMILIES = {"ipxe": "iPXE", "edk2": "EDK II", "vmware-e1000e": "VMware's ROM, of Intel's line"}
QUESTIONS = ("hear", "accept-ack", "icmp-error", "tftp-error")

_HEAD = """\
# What anybody on the segment can do

Network boot trusts its segment. This page says how far: what a frame that anybody sends does to
each firmware, and so to a boot of pxeclient's, and what it can do to pxeclient itself. Made by
`make docs` from the decision tables (`pxeclient profiles show PROFILE` has all of them) and from
the code's bounds.

Whatever a firmware believes, pxeclient believes, too: it *is* that firmware on the wire. What it
adds is to say so. The findings [R-ARP](../reference/findings.md#r-arp),
[R-OWN](../reference/findings.md#r-own), [T-TWO](../reference/findings.md#t-two),
[T-THIRD](../reference/findings.md#t-third) and [P-ICMP](../reference/findings.md#p-icmp) name
the card that spoke up, [R-TWO](../reference/findings.md#r-two),
[R-RIVAL](../reference/findings.md#r-rival) and [R-NAK](../reference/findings.md#r-nak) rival
servers. None of them says who is in the right: the wire does
not.

## To a firmware

Before it has an offer a firmware takes the best of what comes, from anybody; whoever answers
first, or ranks highest, names the boot file. There is no secret in any of the four protocols but
what was sent in the clear: transaction id, hardware address, ports. So all that is told here of
*others* holds for who does not hear the client; who hears it can forge anything.
"""


class Row(NamedTuple):
    """What comes, what a firmware does, and how that is known."""

    what: str
    does: str
    known: Known


_NOT_ASKED = {
    "ipxe": (
        Row(
            "ARP: another card has the address of a server that is known, or looked for",
            "It is believed, whoever says it; what is said of others is not kept.",
            Known(Evidence.SOURCE, "ipxe net/neighbour.c, net/arp.c:184-203"),
        ),
        Row(
            "ARP: another card has the client's own address",
            "Nothing: iPXE neither looks whether its address is in use, nor gives it up.",
            Known(Evidence.SOURCE, "iPXE has no code for it (RFC 5227, DHCPDECLINE)"),
        ),
    ),
    "edk2": (
        Row(
            "ARP: another card has the address of a server that is known, or looked for",
            "It is believed, whoever says it.",
            Known(Evidence.INFERRED, "RFC 826; edk2 ArpDxe"),
        ),
        Row(
            "ARP: another card has the client's own address",
            "Nothing: EDK II does not look whether its IPv4 address is in use.",
            Known(Evidence.SOURCE, "there is no such code in edk2 Ip4Dxe and ArpDxe"),
        ),
    ),
    "vmware-e1000e": (
        Row(
            "ARP: another card has the address of a server that is known, or looked for",
            "It is believed, whoever says it.",
            Known(Evidence.INFERRED, "RFC 826"),
        ),
        Row(
            "ARP: another card has the client's own address",
            "Nothing is known of any answer to it.",
            Known(
                Evidence.INFERRED,
                "vmware-bios-plain-dhcpd-2017: the read request follows the DHCPACK by 0.9 ms,"
                " which leaves no time to look whether the address is in use",
            ),
        ),
    ),
}


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    for name in FIRMWARES:
        found = profiles.load(name)
        yield f"### {_FAMILIES[name]} (`{name}`)"
        yield ""
        yield "| what comes | what it does | how that is known |"
        yield "|---|---|---|"
        for row in rows(found):
            yield f"| {_cell(row.what)} | {_cell(row.does)} | {_cell(str(row.known))} |"
        yield ""
    yield from _others()
    yield from _ourselves()


def rows(found: Profile) -> Iterator[Row]:
    """All that the page says of a firmware."""
    for table in tables(found.policy):
        if table.question in QUESTIONS:
            yield from _of_table(table)
    yield from _of_tftp(found)
    yield from _NOT_ASKED[found.name]


_WHO = {
    "hear": "DHCP, any message",
    "accept-ack": "DHCP, after the DHCPREQUEST",
    "icmp-error": "ICMP error",
    "tftp-error": "TFTP ERROR of the transfer",
}


def _of_table(table: Any) -> Iterator[Row]:
    for rule in table.rules:
        does = f"**{rule.then.value}**: {rule.because}"
        yield Row(f"{_WHO[table.question]}: {condition(rule)}", does, rule.source)


def _of_tftp(found: Profile) -> Iterator[Row]:
    known = found.evidence
    if found.traits.tftp.any_peer:
        first, of = "Taken from any address, if it is the first.", known["tftp.any-peer"]
    else:
        first, of = "Dropped: only the server that was asked may answer.", _of_peer(found)
    yield Row("TFTP, first answer: it comes from another address than was asked", first, of)
    dropped = "Dropped, in silence: whoever was first has the transfer, to its end."
    yield Row("TFTP, later: it comes from another address or port", dropped, of)


def _of_peer(found: Profile) -> Known:
    if found.policy.name == "edk2":
        return Known(Evidence.SOURCE, "edk2 Mtftp4Dxe/Mtftp4Rrq.c:689-695")
    return Known(Evidence.INFERRED, "RFC 1350 section 4")


def _others() -> Iterator[str]:
    kin: dict[str, list[str]] = {name: [] for name in FIRMWARES}
    families = {profiles.load(name).policy.name.split("-")[0]: name for name in FIRMWARES}
    for name in profiles.names():
        if name not in FIRMWARES:
            kin[families[profiles.load(name).policy.name.split("-")[0]]].append(name)
    yield "Of the same tables, where `pxeclient profiles show` does not say otherwise:"
    yield ""
    for name, others in kin.items():
        yield f"* as `{name}`: {', '.join(f'`{other}`' for other in others)}"
    yield ""


def _ourselves() -> Iterator[str]:
    yield "## To pxeclient"
    yield ""
    yield (
        "Nothing that comes from a network ends it in a traceback, and nothing makes it keep, do or"
        " send without an end. What is dropped for one of these bounds is told, and counted."
    )
    yield ""
    yield "| what comes | what bounds it | how much |"
    yield "|---|---|---|"
    for what, bound, much in _bounds():
        yield f"| {what} | {bound} | {much} |"
    yield ""
    yield (
        "Not bounded by anything of ours: who sends as fast as the wire can keep the kernel and us"
        " busy, and frames are then lost in our own buffer (`frames_lost`, told beside the"
        " verdict); and who answers like the server *is* the server, for any network boot."
    )


def _bounds() -> Iterator[tuple[str, str, str]]:
    mib = 1024 * 1024
    yield (
        "frames that can matter to no boot",
        "the kernel's filter drops them before we see them",
        "all but what goes to our MAC address, ARP, DHCP by broadcast, multicast UDP, IGMP,"
        " EAPOL, tagged frames and IPv6 router advertisements",
    )
    yield (
        "the same frame again, to no effect",
        "recorded so often, then counted (`frames_repeated`)",
        f"{repeats.MOST_ALIKE} of a kind",
    )
    yield (
        "frames on which nothing is done",
        "recorded so many, then counted (`frames_not_kept`)",
        f"{repeats.MOST_IDLE}",
    )
    yield (
        "a download that is long, or has no end",
        "frames are counted, the file is counted and hashed beyond that",
        f"{repeats.MOST_OCTETS // mib} MiB of frames, {content.MOST_KEPT // mib} MiB of the file",
    )
    yield (
        "pings and the like from addresses that are made up",
        "one ARP question each, no timer; so many at a time",
        f"{neighbours.MOST_STRANGERS}",
    )
    yield (
        "packets for an address that does not answer ARP",
        "wait for it, so many",
        f"{neighbours.MOST_WAITING}",
    )
    yield (
        "replies of ever new servers",
        "wait until the firmware's window is over, so many",
        f"{exchange.MOST_WAITING}; findings are about {sorting.MOST_SERVERS} servers and those that"
        f" the client turned to, {diagnosis.MOST_OF_ONE} of each kind",
    )
    yield (
        "frames while a firmware looks only at its menu",
        "a card's buffers; later ones are lost, as on the card",
        f"{client.RING} frames and {client.RING_OCTETS // 1024} KiB",
    )
    yield (
        "more than we can hear",
        "on an interface: what has waited too long behind too many is lost, as on a card that is"
        " full, and counted (`frames_lost`)",
        f"{packet.LATEST:g} s, {packet.RING} frames",
    )
    yield (
        "fragments that never become a packet",
        "so many packets under way, the oldest go; each for as long as the firmware keeps it",
        f"{fragments.MOST} packets",
    )
    yield (
        "a server that never stops",
        "a deadline on every real wire and in labs (`--deadline`); what is told of it ends, too",
        f"{LONGEST:g} s of the firmware's clock (each boot of `check`: {DEADLINE:g} s), and"
        f" {REPORTS:g} s for what is told after it, for each judging of `check`, and for what is"
        " written",
    )
    yield (
        "anything at all",
        "what we send for it: no more than one frame for each, on average over a second",
        "ARP, ICMP and TFTP alike",
    )


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
