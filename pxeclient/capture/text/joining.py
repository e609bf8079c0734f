"""Frames of one or several texts, put together: each once, in order, with Ethernet addresses.

Where a text does not tell these, they are worked out from what others say (whose an address is, a
client's `chaddr`), or made up, one for each IP address; `Aspect.LINK` says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from ipaddress import IPv4Address
from itertools import pairwise

from pxeclient.capture.text.building import UNTOLD_MAC, group_of
from pxeclient.capture.text.piece import LOGS, Clock, Format, Piece
from pxeclient.capture.values import NANO, Recorded
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.frame import Address, Frame
from pxeclient.seen.reading import read
from pxeclient.wire import arp, dhcp, ethernet, tftp
from pxeclient.wire.addresses import ANY, BROADCAST_MAC, Mac

MADE_UP = b"\x02\x00"
"""How an address begins that is made up from an IP address."""
_HALF_A_DAY = 43_200 * NANO
_DAY = 86_400 * NANO
_NO_KEY = (Aspect.PORTS, Aspect.PADDING, Aspect.IP)
"""Without these a frame is not found in another format by where it goes and how long it is."""
_ARP_SENDER = 2 + 8
"""Where in an ARP frame its sender's Ethernet address stands, from the ethertype on."""
_RANK = {format: rank for rank, format in enumerate(Format)}


def joined(pieces: Sequence[Piece]) -> tuple[list[Recorded], list[Piece]]:
    """The frames, and the pieces that they were made of."""
    kept = _once(pieces)
    placed = _placed(kept)
    placed.sort(key=lambda each: each[0])  # stable: what has one time stays as it stands
    whole = _addressed([piece for _, piece in placed])
    numbers = _numbers(whole)
    frames = [
        Recorded(number, at, piece.octets, piece.length, piece.untold)
        for number, (at, _), piece in zip(numbers, placed, whole, strict=True)
    ]
    return frames, whole


def _numbers(pieces: Sequence[Piece]) -> Sequence[int]:
    """Those of the text, where it has them."""
    told = [piece.number for piece in pieces if piece.number is not None]
    grows = all(before < after for before, after in pairwise(told))
    return told if len(told) == len(pieces) and grows else range(1, len(pieces) + 1)


# --- each once ----------------------------------------------------------------------------
def _once(pieces: Sequence[Piece]) -> list[Piece]:
    """Of a frame that stands in two formats the richer one."""
    if len({piece.format for piece in pieces}) < 2:
        return list(pieces)
    found: dict[object, dict[Format, list[int]]] = defaultdict(lambda: defaultdict(list))
    frames = [_read(piece) for piece in pieces]
    # Who does not tell ports or sizes tells all of the message.
    by_message = any(not piece.untold.isdisjoint(_NO_KEY) for piece in pieces)
    for at, (piece, frame) in enumerate(zip(pieces, frames, strict=True)):
        found[_key(frame, by_message)][piece.format].append(at)
    kept: dict[int, Piece] = {}
    for by_format in found.values():
        for nth in range(max(map(len, by_format.values()))):
            same = [places[nth] for places in by_format.values() if nth < len(places)]
            best = min(same, key=lambda at: (_RANK[pieces[at].format], at))
            kept[best] = _dated(pieces[best], [pieces[at] for at in same])
    told = {_client(frames[at]) for at, piece in kept.items() if piece.format not in LOGS}
    return [
        piece
        for at, piece in sorted(kept.items())
        if piece.format not in LOGS or _client(frames[at]) not in told - {None}
    ]


def _dated(piece: Piece, same: Iterable[Piece]) -> Piece:
    """With the time that another format has of it."""
    timed = next((one for one in same if one.at is not None), None)
    if piece.at is not None or timed is None:
        return piece
    untold = piece.untold - {Aspect.TIME}
    return replace(piece, at=timed.at, clock=timed.clock, untold=untold)


def _key(frame: Frame, by_message: bool) -> object:
    """What two formats both tell of a frame."""
    message, said = frame.dhcp, frame.said
    if message is not None and by_message:
        return message.message.op, message.type, message.message.xid, message.hardware
    if isinstance(said, arp.Arp):
        asked = said.target if said.operation == arp.REQUEST else None
        return said.operation, said.sender, asked
    if frame.ethertype == ethernet.IPV6:
        return frame.source_address, frame.destination_address
    return frame.ethertype, frame.source, frame.destination, frame.size


def _client(frame: Frame) -> Mac | None:
    return frame.dhcp.hardware if frame.dhcp is not None else None


# --- times --------------------------------------------------------------------------------
def _placed(pieces: Sequence[Piece]) -> list[tuple[float, Piece]]:
    """Each with its seconds since the first."""
    found: list[tuple[int, Piece]] = []
    offsets: dict[Clock, int] = {}
    before: dict[Clock, int] = {}
    latest = 0
    for piece in pieces:
        if piece.at is None:
            found.append((latest, replace(piece, untold=piece.untold | {Aspect.TIME})))
            continue
        offset = offsets.setdefault(piece.clock, latest - piece.at)
        if piece.clock is Clock.DAY and piece.at < before.get(piece.clock, 0) - _HALF_A_DAY:
            offset = offsets[piece.clock] = offset + _DAY
        before[piece.clock] = piece.at
        at = piece.at + offset
        # With several clocks only the order of the text tells which frame came before which.
        latest = max(at, latest) if len(offsets) > 1 else at
        found.append((latest, piece))
    first = min((at for at, _ in found), default=0)
    return [((at - first) / NANO, piece) for at, piece in found]


# --- Ethernet addresses -------------------------------------------------------------------
def _addressed(pieces: Sequence[Piece]) -> list[Piece]:
    if not any(Aspect.LINK in piece.untold for piece in pieces):
        return list(pieces)
    frames = [_read(piece) for piece in pieces]
    owners: dict[Address, bytes] = {}
    for piece, frame in zip(pieces, frames, strict=True):
        for address, mac in _owner(piece, frame):
            owners.setdefault(address, mac)
    _only_client(frames, owners)
    return [
        _with_link(piece, frame, owners) if Aspect.LINK in piece.untold else piece
        for piece, frame in zip(pieces, frames, strict=True)
    ]


def _only_client(frames: Sequence[Frame], owners: dict[Address, bytes]) -> None:
    """Where one client alone asks for an address, it is the one that asks for files."""
    asking = {
        frame.dhcp.hardware
        for frame in frames
        if frame.dhcp is not None and not frame.dhcp.is_reply and frame.dhcp.hardware is not None
    }
    if len(asking) != 1:
        return
    (client,) = asking
    for frame in frames:
        if frame.source is not None and isinstance(frame.said, tftp.Request):
            owners.setdefault(frame.source.address, client)


def _read(piece: Piece) -> Frame:
    return read(0, 0.0, piece.octets, length=piece.length)


def _owner(piece: Piece, frame: Frame) -> Iterator[tuple[Address, bytes]]:
    """Whose an address is, as a frame shows."""
    message = frame.message
    if isinstance(frame.said, arp.Arp):
        if frame.said.sender_mac != UNTOLD_MAC:
            yield frame.said.sender, frame.said.sender_mac
    elif message is not None and message.hardware is not None:
        for address in (message.yiaddr, message.ciaddr):
            if address is not None:
                yield address, message.hardware
    sender, source = piece.octets[6:12], frame.source
    if sender != UNTOLD_MAC and source is not None and source.address != ANY:
        yield source.address, sender


def _with_link(piece: Piece, frame: Frame, owners: dict[Address, bytes]) -> Piece:
    told = piece.octets[6:12]
    sender = told if told != UNTOLD_MAC else _sender(frame, owners)
    receiver = piece.octets[:6] if piece.octets[:6] != UNTOLD_MAC else _receiver(frame, owners)
    content = piece.octets[12:]
    if isinstance(frame.said, arp.Arp) and frame.said.sender_mac == UNTOLD_MAC:
        content = content[:_ARP_SENDER] + sender + content[_ARP_SENDER + 6 :]
    return replace(piece, octets=receiver + sender + content)


def _sender(frame: Frame, owners: dict[Address, bytes]) -> bytes:
    if isinstance(frame.said, arp.Arp):
        known = frame.said.sender_mac
        return known if known != UNTOLD_MAC else _of(frame.said.sender, owners)
    message = frame.message
    if message is not None and not message.is_reply and message.giaddr is None:
        return message.hardware or UNTOLD_MAC
    return UNTOLD_MAC if frame.source is None else _of(frame.source.address, owners)


def _receiver(frame: Frame, owners: dict[Address, bytes]) -> bytes:
    if isinstance(frame.said, arp.Arp):
        return frame.said.target_mac if frame.said.operation == arp.REPLY else BROADCAST_MAC
    if frame.destination is None:
        return UNTOLD_MAC
    address = frame.destination.address
    if isinstance(address, IPv4Address):
        group = group_of(address)
    else:
        group = b"\x33\x33" + address.packed[-4:] if address.is_multicast else None
    message = frame.message
    if group is not None:
        return group
    if message is not None and message.is_reply and frame.port == dhcp.CLIENT_PORT:
        return message.hardware or _of(address, owners)
    return _of(address, owners)


def _of(address: Address, owners: dict[Address, bytes]) -> bytes:
    """The station's address, made up where nothing tells it: locally administered, as IEEE 802
    has those that nobody bought."""
    found = owners.get(address)
    if found is not None:
        return found
    packed = address.packed
    if packed[-5:-3] == b"\xff\xfe" and len(packed) == 16:
        # From an Ethernet address by RFC 4291, appendix A.
        return bytes((packed[8] ^ 2,)) + packed[9:11] + packed[13:]
    return MADE_UP + packed[-4:]
