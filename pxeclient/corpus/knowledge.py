"""How well it is known that a firmware sends a message as it stands in the corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pxeclient.corpus.purposes import DHCP, MessagePurpose, Sent
from pxeclient.decisions import Evidence
from pxeclient.profile import Profile
from pxeclient.wire import tftp
from pxeclient.wire.dhcp import END, PAD

_ADDRESSES_AND_NUMBERS = ("ip.ttl", "ip.id", "ip.first-id", "ip.random-id", "ip.pad-to")
_OF_DHCP = ("dhcp.size", "dhcp.xid", "dhcp.secs", "dhcp.secs-listed")
_NOT_ON_THE_WIRE = ("waits", "waits-out")
"""What a profile says of a message that does not show in its octets."""

_VALUES: Mapping[MessagePurpose, tuple[str, ...]] = {
    MessagePurpose.TFTP_READ_REQUEST: (
        "tftp.requests",
        "tftp.port",
        "tftp.first-port",
        "tftp.first-port-spread",
        "tftp.size-from-option",
    ),
    MessagePurpose.TFTP_ACK: ("tftp.collect",),
    MessagePurpose.MTFTP_OPEN: ("mtftp.opens",),
    MessagePurpose.MTFTP_ACK: ("mtftp.acknowledgements",),
    MessagePurpose.MTFTP_ERROR: ("mtftp.error-code", "mtftp.error-text"),
    MessagePurpose.ARP_REQUEST: ("ip.pad-to", "ip.arp-waits"),
    MessagePurpose.ARP_REPLY: ("ip.pad-to", "ip.arp-reply-in-place"),
    MessagePurpose.ARP_ANNOUNCEMENT: ("ip.pad-to", "ip.gratuitous-arp"),
    MessagePurpose.IGMP_REPORT: ("ip.igmp", "ip.pad-to"),
    MessagePurpose.IGMP_LEAVE: ("ip.igmp", "ip.pad-to"),
    MessagePurpose.EAPOL_START: ("background",),
    MessagePurpose.IPV6: ("background",),
}
"""The values of a profile that make a message; all below a key belong to it."""

_UNSAID = {
    MessagePurpose.ARP_REPLY: "no value of a profile says that the firmware answers ARP",
    MessagePurpose.ICMP_ECHO_REPLY: "no value of a profile says that the firmware answers pings",
}
_SAYS_IT = "ip.arp-reply-in-place"
"""A profile that says how the firmware makes an ARP reply says that it makes one."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """How well a message is known."""

    keys: tuple[str, ...]
    """The values of the profile that shape it, by dotted key, in the profile's order."""
    levels: Mapping[Evidence, int]
    """How many of these are known how well, strongest first; levels that none has are left out."""
    weakest: Evidence
    note: str
    """What no value covers; empty where the values say it all."""


def knowledge(profile: Profile, sent: Sent) -> Knowledge:
    """How well the values are known that made this message."""
    keys = tuple(_keys(profile, sent))
    levels = [profile.evidence[key].level for key in keys]
    note = "" if _SAYS_IT in keys else _UNSAID.get(sent.purpose, "")
    order = list(Evidence)
    unsaid = [Evidence.INFERRED] if note or not levels else []
    weakest = max([*levels, *unsaid], key=order.index)
    counted = {level: levels.count(level) for level in order if level in levels}
    return Knowledge(keys, counted, weakest, note)


def _keys(profile: Profile, sent: Sent) -> Iterator[str]:
    wanted = {*_wanted(profile, sent)}
    for key in profile.evidence:
        last = key.rpartition(".")[2]
        if last in _NOT_ON_THE_WIRE:
            continue
        if key in wanted or any(key.startswith(f"{prefix}.") for prefix in wanted):
            yield key


def _wanted(profile: Profile, sent: Sent) -> Iterator[str]:
    if sent.layers.packet is not None:
        yield from _ADDRESSES_AND_NUMBERS
    yield from _VALUES.get(sent.purpose, ())
    message = sent.summary.message
    if message is not None and sent.purpose in DHCP:
        yield from _OF_DHCP
        yield f"dhcp.messages.{DHCP[sent.purpose]}"
        yield from (f"dhcp.values.{option.code}" for option in message.options)
    if isinstance(sent.summary.tftp, tftp.Error):
        yield from _texts(profile, sent.summary.tftp)


def _texts(profile: Profile, error: tftp.Error) -> Iterator[str]:
    """The values that hold the text of an ERROR."""
    for key, value in profile.values.items():
        if (
            key.startswith("tftp.")
            and key.endswith("-text")
            and value == error.message.decode(errors="replace")
        ):
            yield key
            if key == "tftp.abort-text":
                yield "tftp.abort-code"
                yield "tftp.requests"


def option_key(profile: Profile, purpose: MessagePurpose, code: int) -> str | None:
    """The value of the profile that an option's content comes from.

    For an option without one the list of options, which says that it is there. None for PAD, END
    and options that the profile does not know.
    """
    if code in (PAD, END) or purpose not in DHCP:
        return None
    message = f"dhcp.messages.{DHCP[purpose]}"
    for key in (f"{message}.values.{code}", f"dhcp.values.{code}", f"{message}.options"):
        if key in profile.evidence:
            return key
    return None
