"""Where a boot ends that never asked for a file."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from pxeclient.explain.facts import asks_port_4011, message_of, requested, searches
from pxeclient.explain.stop import Ending, Stop, times, too_soon
from pxeclient.replay.patience import PATIENCE
from pxeclient.seen.attempts import Attempt, Kind
from pxeclient.seen.frame import Frame
from pxeclient.wire import arp, dhcp, ethernet
from pxeclient.wire.addresses import ANY


def dialogue_ending(chapter: Attempt) -> Ending:
    """Where a chapter without a download ends."""
    if chapter.kind is Kind.UNKNOWN:
        return Ending(
            Stop.CANNOT_TELL,
            "Its messages were cut when they were recorded: how far it came cannot be told.",
        )
    if chapter.kind is Kind.IPV6:
        words = "DHCPv6 is not read here: how far it came cannot be told."
        return Ending(Stop.CANNOT_TELL, words)
    acked = _heard(chapter, dhcp.ACK)
    if acked is not None or any(map(is_configured, chapter.frames)):
        return _configured(chapter, acked)
    request = next(chapter.said(dhcp.REQUEST), None)
    nak = _heard(chapter, dhcp.NAK)
    if nak is not None:
        words = f"{nak.source_address} refuses the address with a DHCPNAK (frame {nak.number})"
        return Ending(Stop.NAK, f"{words}, and no lease follows.")
    waited = chapter.until - chapter.began
    if request is not None:
        waited = chapter.until - request.at
        address, server = requested(request)
        ask = f"the DHCPREQUEST for {address or 'an address'}{f' to {server}' if server else ''}"
        if waited < PATIENCE:
            return too_soon(f"{ask} (frame {request.number})", waited)
        words = f"No answer to {ask} (frame {request.number}) is in the capture: {waited:.1f} s."
        if server is not None and _heard(chapter, dhcp.OFFER) is None:
            words += f" Nor is the offer of {server} that it takes up, which must have come."
        return Ending(Stop.NO_ACK, words)
    return _discovering(chapter, waited)


def _discovering(chapter: Attempt, waited: float) -> Ending:
    discovers = list(chapter.said(dhcp.DISCOVER))
    offer = _heard(chapter, dhcp.OFFER) or _heard(chapter, None)
    count = f"{len(discovers)} DHCPDISCOVER{'s' * (len(discovers) != 1)}"
    if not discovers:
        return Ending(Stop.CANNOT_TELL, "The capture has too little of it to tell how far it came.")
    if offer is not None:
        after = chapter.until - offer.at
        if after < PATIENCE:
            return too_soon(f"the first offer (frame {offer.number})", after)
        words = f"Offers came, but it requested none of them in {after:.1f} s ({count})."
        return Ending(Stop.NOT_TAKEN, words)
    if waited < PATIENCE:
        return too_soon(f"the first DHCPDISCOVER (frame {discovers[0].number})", waited)
    words = f"No offer is in the capture: {count} in {waited:.1f} s."
    return Ending(Stop.NO_OFFER, words)


def _heard(chapter: Attempt, type: int | None) -> Frame | None:
    turns = chapter.messages(ours=False)
    return next((turn for turn in turns if message_of(turn).type == type), None)


def is_configured(turn: Frame) -> bool:
    """The client speaks with an address of its own."""
    if not turn.ours:
        return False
    if (message := _arp(turn)) is not None:
        return message.sender != ANY
    return turn.ethertype == ethernet.IPV4 and turn.source_address not in (None, ANY)


def _configured(chapter: Attempt, acked: Frame | None) -> Ending:
    last = [turn for turn in chapter.frames if turn.ours][-1]
    connection = next((turn for turn in chapter.frames if turn.ours and turn.is_tcp), None)
    goes_on = chapter.kind is Kind.HTTP and connection is not None
    if chapter.kind in (Kind.PLAIN, Kind.HTTP) and acked is not None and not goes_on:
        address = message_of(acked).yiaddr
        words = f"{acked.source_address} gave it {address} (frame {acked.number})."
        return Ending(Stop.LEASE, words)
    searched = _silent(chapter, list(searches(chapter)), "for a boot server", Stop.SEARCH_SILENT)
    asked = _silent(chapter, list(asks_port_4011(chapter)), "on port 4011", Stop.PORT_4011_SILENT)
    arp_for = _unanswered_arp(chapter)
    if arp_for is not None and arp_for[2] >= last.at - PATIENCE:
        target, number, first = arp_for[0], arp_for[1], arp_for[3]
        waited = chapter.until - first
        if waited < PATIENCE:
            return too_soon(f"the ARP request for {target} (frame {number})", waited)
        words = (
            f"No answer to its ARP requests for {target} (from frame {number}) is in the capture:"
            f" {waited:.1f} s."
        )
        return Ending(Stop.ARP_SILENT, words)
    if connection is not None:
        where = f"{connection.destination_address}:{connection.port}"
        words = (
            f"It goes on by TCP to {where} (frame {connection.number}), which is not followed here."
        )
        return Ending(Stop.OTHER_PROTOCOL, words)
    return searched or asked or _nothing_follows(chapter)


def _silent(chapter: Attempt, asked: list[Frame], how: str, stop: Stop) -> Ending | None:
    """A question that nobody answered, if it is one; the latest counts."""
    if not asked:
        return None
    first, whom = asked[0], asked[-1].destination_address
    xids = {message_of(turn).xid for turn in asked}
    for turn in chapter.messages(ours=False):
        if (
            turn.at >= first.at
            and message_of(turn).xid in xids
            and message_of(turn).type == dhcp.ACK
        ):
            from_whom = turn.source_port == dhcp.PROXY_PORT or turn.source_address == whom
            if from_whom:
                return None
    waited = chapter.until - asked[0].at
    if waited < PATIENCE:
        return too_soon(f"its question {how} (frame {first.number})", waited)
    words = (
        f"No answer to its question {how} is in the capture: {whom} asked {times(len(asked))}"
        f" (from frame {first.number}), {waited:.1f} s without a word."
    )
    return Ending(stop, words)


def _unanswered_arp(chapter: Attempt) -> tuple[IPv4Address, int, float, float] | None:
    """Whom it looked for last in vain: address, first frame, last time, first time."""
    asked: dict[IPv4Address, list[Frame]] = {}
    for turn, message in _arps(chapter):
        if turn.ours and message.operation == arp.REQUEST and message.sender != message.target:
            asked.setdefault(message.target, []).append(turn)
        elif not turn.ours and message.operation == arp.REPLY:
            asked.pop(message.sender, None)
    if not asked:
        return None
    target, turns = max(asked.items(), key=lambda item: item[1][-1].at)
    return target, turns[0].number, turns[-1].at, turns[0].at


def _arps(chapter: Attempt) -> Iterator[tuple[Frame, arp.Arp]]:
    for turn in chapter.frames:
        if (message := _arp(turn)) is not None:
            yield turn, message


def _arp(turn: Frame) -> arp.Arp | None:
    return turn.said if isinstance(turn.said, arp.Arp) else None


def _nothing_follows(chapter: Attempt) -> Ending:
    heard = list(chapter.messages(ours=False))
    if not heard:
        return Ending(Stop.CANNOT_TELL, "The capture has too little of it to tell how far it came.")
    last = heard[-1]
    waited = chapter.until - last.at
    what = "DHCPACK" if message_of(last).type == dhcp.ACK else "reply"
    if waited < PATIENCE and not chapter.why_over:
        return too_soon(f"the last {what} (frame {last.number})", waited)
    words = f"After the {what} of {last.source_address} (frame {last.number}) it asks for nothing"
    words = f"{words} more in {waited:.1f} s."
    return Ending(Stop.NOTHING_FOLLOWS, words)
