"""Where a boot ends that never asked for a file."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from pxeclient.explain.ending6 import both_ending, dialogue6_ending
from pxeclient.explain.ending_web import name_ending, web_ending
from pxeclient.explain.facts import (
    asks_port_4011,
    dhcp_of,
    message_of,
    requested,
    searches,
)
from pxeclient.explain.stop import Ending, Stop, times, too_soon
from pxeclient.replay.patience import PATIENCE
from pxeclient.report.frames import dhcp_kind
from pxeclient.seen.attempts import Attempt, Kind
from pxeclient.seen.frame import Complaint, Frame
from pxeclient.wire import arp, dhcp, ethernet, ndp
from pxeclient.wire.addresses import ANY


def dialogue_ending(attempt: Attempt) -> Ending:
    """Where an attempt without a download ends."""
    if attempt.kind is Kind.UNKNOWN:
        why = "were cut when they were recorded"
        if attempt.untold:
            why = "are not all in the text"
        return Ending(Stop.CANNOT_TELL, f"Its messages {why}: how far it came cannot be told.")
    if attempt.kind is Kind.IPV6:
        return dialogue6_ending(attempt)
    if _asks_over_both(attempt):
        return both_ending(attempt, len(list(attempt.said(dhcp.DISCOVER))))
    if attempt.kind is Kind.PLAIN and not any(map(_asks_for_lease, attempt.messages(ours=True))):
        return Ending(Stop.CANNOT_TELL, _what_else(attempt))
    acked = _heard(attempt, dhcp.ACK)
    declined = _latest_decline(attempt)
    if declined is not None:
        return _declined(attempt, declined)
    if acked is not None or any(map(is_configured, attempt.frames)):
        return _configured(attempt, acked)
    request = next(attempt.said(dhcp.REQUEST), None)
    nak = _heard(attempt, dhcp.NAK)
    if nak is not None:
        words = f"{nak.source_address} refuses the address with a DHCPNAK (frame {nak.number})"
        return Ending(Stop.NAK, f"{words}, and no lease follows.")
    waited = attempt.until - attempt.began
    if request is not None:
        waited = attempt.until - request.at
        address, server = requested(request)
        ask = f"the DHCPREQUEST for {address or 'an address'}{f' to {server}' if server else ''}"
        if waited < PATIENCE:
            return too_soon(f"{ask} (frame {request.number})", waited)
        words = f"No answer to {ask} (frame {request.number}) is in the capture: {waited:.1f} s."
        if server is not None and _heard(attempt, dhcp.OFFER) is None:
            words += f" Nor is the offer of {server} that it takes up, which must have come."
        return Ending(Stop.NO_ACK, words)
    return _discovering(attempt, waited)


def _asks_over_both(attempt: Attempt) -> bool:
    """It is iPXE, which asks over IPv4 and IPv6 at once, and IPv4 gives it nothing."""
    is_given = any(_heard(attempt, type) is not None for type in (dhcp.OFFER, dhcp.ACK, None))
    asks_routers = any(
        one.ours and isinstance(one.neighbour, ndp.RouterSolicitation) for one in attempt.frames
    )
    first = attempt.discover
    is_ipxe = first is not None and b"iPXE" in dhcp_of(first).options.get(77, b"")
    return is_ipxe and not is_given and (asks_routers or bool(attempt.boot6))


def _discovering(attempt: Attempt, waited: float) -> Ending:
    discovers = list(attempt.said(dhcp.DISCOVER))
    offer = _heard(attempt, dhcp.OFFER) or _heard(attempt, None)
    count = f"{len(discovers)} DHCPDISCOVER{'s' * (len(discovers) != 1)}"
    if not discovers:
        return Ending(Stop.CANNOT_TELL, _what_else(attempt))
    if offer is not None:
        after = attempt.until - offer.at
        if after < PATIENCE:
            return too_soon(f"the first offer (frame {offer.number})", after)
        words = f"Offers came, but it requested none of them in {after:.1f} s ({count})."
        return Ending(Stop.NOT_TAKEN, f"{words}{_why_not_taken(attempt)}")
    if waited < PATIENCE:
        return too_soon(f"the first DHCPDISCOVER (frame {discovers[0].number})", waited)
    words = f"No offer is in the capture: {count} in {waited:.1f} s."
    return Ending(Stop.NO_OFFER, words)


def _asks_for_lease(frame: Frame) -> bool:
    return message_of(frame).type in (None, dhcp.DISCOVER, dhcp.REQUEST)


def _what_else(attempt: Attempt) -> str:
    """What it said instead of asking for an address."""
    said = next(attempt.messages(ours=True), None)
    kind = None if said is None else message_of(said).type
    if said is None or _asks_for_lease(said):
        return "The capture has too little of it to tell how far it came."
    if kind == dhcp.INFORM:
        words = "it has an address already, and asks for settings only"
    elif kind == dhcp.RELEASE:
        words = "it gives its address back"
    elif kind == LEASE_QUERY:
        words = "a relay or switch asks a server who has which address (RFC 4388)"
    else:
        words = "it asks for no address"
    return (
        f"The first that it says is a {dhcp_kind(message_of(said))} (frame {said.number}): {words}."
    )


LEASE_QUERY = 10
"""A question about a lease, not for one (RFC 4388 §6.1)."""


def _latest_decline(attempt: Attempt) -> Frame | None:
    """The DHCPDECLINE after which nothing else came of its lease."""
    frames = [frame for frame in attempt.frames if frame.ours and frame.message is not None]
    last = frames[-1] if frames else None
    return last if last is not None and message_of(last).type == dhcp.DECLINE else None


def _declined(attempt: Attempt, frame: Frame) -> Ending:
    address, server = requested(frame)
    given = next((one for one in reversed(list(attempt.heard(dhcp.ACK)))), None)
    address = address or (dhcp_of(given).yiaddr if given is not None else None)
    whom = f" of {server}" if server else ""
    words = (
        f"It declines {address or 'the address'}{whom} with a DHCPDECLINE (frame {frame.number}):"
        " it found the address to be in use."
    )
    holder = _holder(attempt, address)
    if holder is not None:
        words += f" {holder.sender} answers ARP for it (frame {holder.number})."
    return Ending(Stop.DECLINED, words)


def _holder(attempt: Attempt, address: IPv4Address | None) -> Frame | None:
    """Who says by ARP that the address is its own."""
    for frame, message in _arps(attempt):
        if not frame.ours and message.sender == address:
            return frame
    return None


def _why_not_taken(attempt: Attempt) -> str:
    """What of the offers themselves may be why, as a sentence; empty if nothing shows."""
    offers = [dhcp_of(frame) for frame in attempt.heard(dhcp.OFFER)]
    ports = {one.source_port for one in offers} - {dhcp.SERVER_PORT}
    if ports and len(ports) == len({one.source_port for one in offers}):
        shown = " and ".join(str(port) for port in sorted(ports))
        return (
            f" They come from UDP port {shown} and not 67, and many clients drop such replies: a"
            " translation of addresses, or a container's published port."
        )
    leases = [one for one in offers if one.offers_address]
    names = [one for one in offers if one.file or one.has_menu]
    if leases and names and not any(one in names for one in leases):
        return (
            f" None of them is complete: {leases[0].who} offers an address without a boot file,"
            f" {names[0].who} a boot file without an address. A client that puts two offers"
            " together requests the address; this one does not, or does not get both: have one"
            " DHCP server offer address, next server and boot file."
        )
    return ""


def _heard(attempt: Attempt, type: int | None) -> Frame | None:
    frames = attempt.messages(ours=False)
    return next((frame for frame in frames if message_of(frame).type == type), None)


def is_configured(frame: Frame) -> bool:
    """The client speaks with an address of its own."""
    if not frame.ours:
        return False
    if (message := _arp(frame)) is not None:
        return message.sender != ANY
    return frame.ethertype == ethernet.IPV4 and frame.source_address not in (None, ANY)


def _configured(attempt: Attempt, acked: Frame | None) -> Ending:
    last = _last_of_boot(attempt)
    if attempt.kind is Kind.PLAIN and acked is not None:
        address = message_of(acked).yiaddr
        words = f"{acked.source_address} gave it {address} (frame {acked.number})."
        return Ending(Stop.LEASE, words)
    searched = _silent(attempt, list(searches(attempt)), "for a boot server", Stop.SEARCH_SILENT)
    asked = _silent(attempt, list(asks_port_4011(attempt)), "on port 4011", Stop.PORT_4011_SILENT)
    arp_for = _unanswered_arp(attempt)
    if arp_for is not None and arp_for[2] >= last.at - PATIENCE:
        target, number, first = arp_for[0], arp_for[1], arp_for[3]
        waited = attempt.until - first
        if waited < PATIENCE:
            return too_soon(f"the ARP request for {target} (frame {number})", waited)
        words = (
            f"No answer to its ARP requests for {target} (from frame {number}) is in the capture:"
            f" {waited:.1f} s."
        )
        return Ending(Stop.ARP_SILENT, words)
    named = web_ending(attempt) or name_ending(attempt)
    return named or searched or asked or _nothing_follows(attempt)


def _last_of_boot(attempt: Attempt) -> Frame:
    """The client's last frame, without what its IPv6 stack sends beside."""
    ours = [frame for frame in attempt.frames if frame.ours]
    told = [frame for frame in ours if frame.ethertype in (ethernet.IPV4, ethernet.ARP)]
    return (told or ours)[-1]


def _silent(attempt: Attempt, asked: list[Frame], how: str, stop: Stop) -> Ending | None:
    """A question that nobody answered, if it is one; the latest counts."""
    if not asked:
        return None
    first, whom = asked[0], asked[-1].destination_address
    xids = {message_of(frame).xid for frame in asked}
    for frame in attempt.messages(ours=False):
        if (
            frame.at >= first.at
            and message_of(frame).xid in xids
            and message_of(frame).type == dhcp.ACK
        ):
            from_whom = frame.source_port == dhcp.PROXY_PORT or frame.source_address == whom
            if from_whom:
                return None
    waited = attempt.until - asked[0].at
    told = next((one for one in attempt.complaints if _is_about(one, asked)), None)
    if told is not None:
        words = (
            f"{told.words[0].upper()}{told.words[1:]}: asked {times(len(asked))} (from frame"
            f" {first.number}), answered by ICMP (frame {told.number}) and by nothing else."
        )
        return Ending(Stop.PORT_4011_CLOSED, words)
    if waited < PATIENCE:
        return too_soon(f"its question {how} (frame {first.number})", waited)
    words = (
        f"No answer to its question {how} is in the capture: {whom} asked {times(len(asked))}"
        f" (from frame {first.number}), {waited:.1f} s without a word."
    )
    return Ending(stop, words)


def _is_about(told: Complaint, asked: list[Frame]) -> bool:
    """An ICMP error answers one of these."""
    return any((told.about, told.port) == (one.destination_address, one.port) for one in asked)


def _unanswered_arp(attempt: Attempt) -> tuple[IPv4Address, int, float, float] | None:
    """Whom it looked for last in vain: address, first frame, last time, first time."""
    asked: dict[IPv4Address, list[Frame]] = {}
    for frame, message in _arps(attempt):
        if frame.ours and message.operation == arp.REQUEST and message.sender != message.target:
            asked.setdefault(message.target, []).append(frame)
        elif not frame.ours and message.operation == arp.REPLY:
            asked.pop(message.sender, None)
    if not asked:
        return None
    target, frames = max(asked.items(), key=lambda item: item[1][-1].at)
    return target, frames[0].number, frames[-1].at, frames[0].at


def _arps(attempt: Attempt) -> Iterator[tuple[Frame, arp.Arp]]:
    for frame in attempt.frames:
        if (message := _arp(frame)) is not None:
            yield frame, message


def _arp(frame: Frame) -> arp.Arp | None:
    return frame.said if isinstance(frame.said, arp.Arp) else None


def _nothing_follows(attempt: Attempt) -> Ending:
    heard = list(attempt.messages(ours=False))
    if not heard:
        return Ending(Stop.CANNOT_TELL, "The capture has too little of it to tell how far it came.")
    last = heard[-1]
    waited = attempt.until - last.at
    what = "DHCPACK" if message_of(last).type == dhcp.ACK else "reply"
    if waited < PATIENCE and not attempt.why_over:
        return too_soon(f"the last {what} (frame {last.number})", waited)
    words = f"After the {what} of {last.source_address} (frame {last.number}) it asks for"
    other = next((one for one in attempt.frames if _is_other_question(one, last)), None)
    if other is None:
        words = f"{words} nothing more in {waited:.1f} s."
    else:
        whom = f"{other.destination_address}:{other.port}"
        words = (
            f"{words} no file in {waited:.1f} s; it asks {whom} (UDP, from frame {other.number})."
        )
    return Ending(Stop.NOTHING_FOLLOWS, words)


def _is_other_question(frame: Frame, last: Frame) -> bool:
    """It asks somebody something that is not of DHCP, such as for a name."""
    is_later = frame.ours and frame.number > last.number and frame.is_udp
    is_alone = not frame.is_to_all and frame.destination_address is not None
    return is_later and is_alone and frame.message is None and frame.port not in (None, 67, 4011)
