"""Others who speak up: two stations with one address, answers from two, errors of third parties.

Some of it is an attack, most of it is not: a card too many, an address given twice, a router in
between. The wire shows only that it is so, and which card it came from.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.diagnose.segment import IcmpError
from pxeclient.outcome import Failure
from pxeclient.seen.frame import Address, Complaint, Endpoint, Frame
from pxeclient.seen.transfers import Transfer
from pxeclient.wire import ipv4, tftp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.options import printable

_SILENCE = {Failure.TFTP_OPEN_TIMEOUT, Failure.TFTP_READ_TIMEOUT}
_ICMP = {Failure.ICMP_UNREACHABLE, Failure.ICMP_ERROR}
_REFUSED = {
    Failure.TFTP_NOT_FOUND,
    Failure.TFTP_ACCESS_VIOLATION,
    Failure.TFTP_ILLEGAL_OPERATION,
    Failure.TFTP_ERROR,
}


# --- whose address it is --------------------------------------------------------------------
@check("R-ARP", from_frames=True)
def two_stations_have_one_address(scene: Scene) -> Iterator[Sighting]:
    """Two cards say by ARP that they have one address, which is not the client's."""
    own = _own(scene)
    for address, cards in scene.segment.claims.items():
        if len(cards) < 2 or address in own:
            continue
        numbers = [number for claimed in cards.values() for number in claimed[:1]]
        went = scene.segment.sent_to.get(address, {})
        where = f" Our packets to it went to {_and(went)}." if went else ""
        words = (
            f"{frames(*numbers).capitalize()}: {_and(cards)} say that they have {address}.{where}"
        )
        stops = scene.failure in _SILENCE and address in _needed(scene)
        yield Sighting(tuple(numbers), words, stops)


@check("R-OWN", from_frames=True)
def somebody_has_the_clients_address(scene: Scene) -> Iterator[Sighting]:
    """Another card says by ARP that it has the address that the client was given."""
    for address in sorted(_own(scene)):
        cards = scene.segment.claims.get(address, {})
        if cards:
            numbers = [number for claimed in cards.values() for number in claimed]
            verb = "says that it has" if len(cards) == 1 else "say that they have"
            words = (
                f"{frames(*numbers).capitalize()}: {_and(cards)} {verb} {address}, the client's."
            )
            yield Sighting(tuple(numbers), words, scene.failure in _SILENCE)


def _own(scene: Scene) -> set[IPv4Address]:
    leased = {scene.ack.message.yiaddr} if scene.ack is not None else set()
    return leased | {one for one in scene.segment.own if isinstance(one, IPv4Address)}


def _needed(scene: Scene) -> set[object]:
    """Whom the last download went by: its server, or the router to it."""
    last = scene.last_transfer
    if last is None:
        return set()
    return {last.server, scene.ack.address(3) if scene.ack is not None else None}


def _and(cards: Iterable[Mac]) -> str:
    shown = [str(card) for card in cards]
    if len(shown) > 4:
        shown = [*shown[:3], f"{len(shown) - 3} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


# --- who answers a read request -----------------------------------------------------------------
@check("T-TWO", from_frames=True)
def two_answer_one_request(scene: Scene) -> Iterator[Sighting]:
    """One read request gets OACK or blocks from two ports, or from two hosts."""
    for transfer, before in _with_former(scene.transfers):
        said = [
            one
            for one in _heard(transfer)
            if isinstance(one.said, tftp.Data | tftp.OptionAck) and one.source not in before
        ]
        firsts: dict[Endpoint | None, Frame] = {}
        for one in said:
            firsts.setdefault(one.source, one)
        of_server = sum(end is not None and end.address == transfer.server for end in firsts)
        others = len(firsts) - of_server
        # A request that was sent again may be answered again, from a new port.
        if others + min(of_server, max(1, of_server - len(transfer.asked) + 1)) < 2:
            continue
        numbers = [one.number for one in firsts.values()]
        told = _listed([f"{_end(one)} (frame {one.number})" for one in firsts.values()])
        words = f"{transfer.name} was asked of {transfer.server} once, and {told} answer."
        if len(transfer.asked) > 1:
            words = words.replace(" once,", f" {len(transfer.asked)} times,")
        is_last = transfer is scene.last_transfer
        yield Sighting(
            (transfer.asked[0].number, *numbers), words, is_last and scene.failure in _SILENCE
        )
        return


@check("T-THIRD", from_frames=True)
def a_third_party_sends_an_error(scene: Scene) -> Iterator[Sighting]:
    """An ERROR comes to the port of a download from another host or port than the file does."""
    for transfer, before in _with_former(scene.transfers):
        for one in transfer.strangers:
            packet = one.said
            if one.ours or not isinstance(packet, tftp.Error) or one.source in before:
                continue
            is_server = one.source is not None and one.source.address == transfer.server
            if is_server and len(transfer.asked) > 1:
                continue  # to the request that was sent again
            says = f": {printable(packet.message)}" if packet.message else ""
            where = f"asked of {transfer.server}"
            if transfer.peer == transfer.server and transfer.peer_port is not None:
                where = f"sent by {transfer.peer}:{transfer.peer_port}"
            words = (
                f"ERROR {packet.code}{says} comes from {_end(one)} (frame {one.number});"
                f" {transfer.name} is {where}."
            )
            stops = transfer.refusal is one and scene.failure in _REFUSED
            yield Sighting((transfer.asked[0].number, one.number), words, stops)
            return


def _with_former(
    transfers: Iterable[Transfer],
) -> Iterator[tuple[Transfer, set[Endpoint | None]]]:
    """Each with who answered earlier ones of the same port: they may speak late."""
    spoken: dict[int, set[Endpoint | None]] = {}
    for transfer in transfers:
        before = spoken.setdefault(transfer.local_port, set())
        yield transfer, set(before)
        before.update(one.source for one in _heard(transfer))


def _heard(transfer: Transfer) -> list[Frame]:
    found = {one.number: one for one in (*transfer.packets, *transfer.strangers) if not one.ours}
    return [found[number] for number in sorted(found)]


def _end(frame: Frame) -> str:
    assert frame.source is not None
    card = f", card {frame.sender}" if frame.sender is not None else ""
    return f"{frame.source.address}:{frame.source.port}{card}"


def _listed(ends: list[str]) -> str:
    if len(ends) > 4:
        ends = [*ends[:3], f"{len(ends) - 3} more"]
    return f"{', '.join(ends[:-1])} and {ends[-1]}"


# --- who says that something cannot be delivered ----------------------------------------------
@check("P-ICMP")
def an_icmp_error_is_not_so(scene: Scene) -> Iterator[Sighting]:
    """An ICMP error comes from who cannot know, quotes nothing that was sent, or is disproved."""
    answered = _Answered(scene)
    alike: dict[tuple[str, Mac | None, str], list[IcmpError]] = {}
    for one in scene.segment.errors:
        if why := _objection(scene, one, answered):
            alike.setdefault((one.words, one.sender, why), []).append(one)
    for (said, sender, why), errors in alike.items():
        numbers = tuple(one.number for one in errors)
        card = f", card {sender}" if sender is not None else ""
        words = f"{said[0].upper()}{said[1:]} ({frames(*numbers)}{card}). {why}"
        stops = scene.failure in _ICMP and errors[-1] is scene.segment.errors[-1]
        yield Sighting(numbers, words, stops)


def _objection(scene: Scene, one: IcmpError, answered: _Answered) -> str:
    """Why it is not to be believed; empty if it may be."""
    about = one.about
    if about is None:
        return "It quotes no packet, so it is about none of the client's."
    if not about.is_credible:
        return f"Only {about.about} itself can know that."
    if about.protocol == ipv4.UDP and not _is_ours(scene, about):
        return "The client has sent nothing there."
    answer = answered.after(one.number, about)
    return f"But {about.about} answers the request (frame {answer})." if answer else ""


def _is_ours(scene: Scene, about: Complaint) -> bool:
    asked = scene.segment.asked
    if about.port:
        return (about.about, about.port) in asked
    return any(address == about.about for address, _ in asked)


class _Answered:
    """The read requests, and their answers, by whom they went to."""

    def __init__(self, scene: Scene) -> None:
        self._asked: dict[tuple[Address, int | None], list[int]] = {}
        self._answers: dict[tuple[Address, int | None], list[int]] = {}
        for transfer in scene.transfers:
            ends = transfer.server, transfer.server_port
            self._asked.setdefault(ends, []).extend(one.number for one in transfer.asked)
            self._answers.setdefault(ends, []).extend(one.number for one in transfer.answers)

    def after(self, number: int, about: Complaint) -> int:
        """The frame after `number` that answers the latest request before it; 0 if there is none.

        An answer to a later request shows nothing: the port may have been opened meanwhile.
        """
        ends = about.about, about.port
        asked, answers = self._asked.get(ends, []), self._answers.get(ends, [])
        place, first = bisect_right(asked, number), bisect_right(answers, number)
        if not place or first == len(answers):
            return 0
        is_to_later = place < len(asked) and asked[place] < answers[first]
        return 0 if is_to_later else answers[first]
