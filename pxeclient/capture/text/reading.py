"""A text that tells of frames: which formats are in it, and the frames that they tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pxeclient.capture.text import (
    dhcpd,
    dhcpdump,
    dnsmasq,
    hexdump,
    smspxe,
    tcpdump,
    tftp_logs,
    tree,
)
from pxeclient.capture.text.joining import MADE_UP, joined
from pxeclient.capture.text.lines import Lines
from pxeclient.capture.text.piece import LOGS, Format, Piece
from pxeclient.capture.values import Capture, CaptureError
from pxeclient.seen.aspects import Aspect

MOST_FRAMES = 100_000
"""Frames that are read of one text."""
_NEAR = 4
"""Lines between a frame's words and its octets."""
_WORDS = (Format.TREE, Format.TCPDUMP)
"""Formats below whose words the same frame's octets may stand."""
_READERS: tuple[Callable[[Lines], list[Piece] | None], ...] = (
    tcpdump.read,
    tree.read,
    dhcpdump.read,
    dnsmasq.read,
    dhcpd.read,
    tftp_logs.read_hpa,
    tftp_logs.read_tftpd32,
    smspxe.read,
)
"""Each reads what begins at the next line, or leaves it; hex dumps go before them all."""
LOOKED_FOR = (
    "what tcpdump, tshark, Wireshark or dhcpdump print, hex dumps of frames, and the logs of"
    " dnsmasq, ISC dhcpd, tftpd-hpa, Tftpd32 and SMSPXE"
)


def read(path: Path, text: str, is_more: bool) -> Capture:
    """The frames that a text tells of.

    Args:
        path: Where it is from.
        text: What it says.
        is_more: There was more than is read.

    Raises:
        CaptureError: It tells of none.
    """
    lines = Lines(text)
    pieces = list(_pieces(lines))
    if lines.servers:
        # A log may name its server only after what that has said before.
        lines.again()
        pieces = list(_pieces(lines))
    if not pieces:
        raise CaptureError(
            f"{path} is no capture, but text in which no frame is told. Looked for: {LOOKED_FOR}"
        )
    frames, kept = joined(pieces[:MOST_FRAMES])
    remarks = list(_remarks(kept, len(pieces)))
    if is_more or len(pieces) > MOST_FRAMES:
        remarks.append(f"Only the beginning of the text is read, {len(frames)} frames of it.")
    return Capture(path, tuple(frames), tuple(remarks))


def _pieces(lines: Lines) -> Iterator[Piece]:
    """Frame by frame; the octets below a frame's words go into it."""
    waiting: Piece | None = None
    ends = 0
    while lines:
        if not lines.next:
            lines.take()
            continue
        start = lines.at
        dumped = hexdump.read(lines)
        if dumped is not None:
            for piece in dumped:
                is_its = waiting is not None and start - ends < _NEAR
                yield hexdump.with_octets(waiting, piece) if is_its and waiting else piece
                if waiting is not None and not is_its:
                    yield waiting
                waiting = None
            continue
        found = next((got for reader in _READERS if (got := reader(lines)) is not None), None)
        if found is None:
            lines.take()
            continue
        for piece in found:
            if waiting is not None:
                yield waiting
            waiting, ends = piece, lines.at
            if piece.format not in _WORDS:
                yield piece
                waiting = None
    if waiting is not None:
        yield waiting


def _remarks(kept: Sequence[Piece], told: int) -> Iterator[str]:
    """What was read as what, and what it does not tell."""
    counts = Counter(piece.format for piece in kept)
    first = {format: min(one.line for one in kept if one.format is format) for format in counts}
    parts = [
        f"{_count(counts[format])} from {format.value} (line {first[format]} on)"
        for format in Format
        if counts[format]
    ]
    yield f"Read from text: {', '.join(parts)}."
    twice = told - len(kept)
    if twice:
        yield f"{_count(twice)} told twice there {'is' if twice == 1 else 'are'} taken once."
    lacking = {aspect for piece in kept for aspect in piece.untold}
    if lacking:
        names = ", ".join(aspect.value for aspect in Aspect if aspect in lacking)
        yield f"Not in the text, at least not for all frames, and so unknown: {names}."
    if any(
        Aspect.LINK in one.untold and MADE_UP in (one.octets[:2], one.octets[6:8]) for one in kept
    ):
        yield (
            "Ethernet addresses that begin with 02:00 are made up here, from the IP address of a"
            " station whose own the text does not have."
        )
    yield (
        "A text has what somebody chose for it: what is not in it may have been on the wire all the"
        " same."
    )
    if any(_is_unread_dhcpv6(piece) for piece in kept):
        yield (
            "DHCPv6 is there in words, which are not read here: of a boot over IPv6 nothing can be"
            " told. With octets (tcpdump -XX, tshark -x) it can."
        )
    if any(piece.format in LOGS and _is_nobodys(piece.octets) for piece in kept):
        yield "0.0.0.0 stands for a server whose address the log does not have."
    if any(piece.format in LOGS for piece in kept):
        yield "A server's log tells what that server did and heard, and nothing of others."


def _is_unread_dhcpv6(piece: Piece) -> bool:
    """A datagram to or from DHCPv6's ports (RFC 8415 §7.2) without its content."""
    octets = piece.octets
    if (
        Aspect.CONTENT not in piece.untold
        or octets[12:14] != b"\x86\xdd"
        or octets[20:21] != b"\x11"
    ):
        return False
    return any(octets[at : at + 2] in (b"\x02\x22", b"\x02\x23") for at in (54, 56))


def _is_nobodys(octets: bytes) -> bool:
    """An IPv4 datagram of a server that has no address, or to one."""
    ports = octets[34:36], octets[36:38]
    is_reply = ports[1] == b"\0\x44" and octets[26:30] == bytes(4)
    return is_reply or (ports[1] == b"\0\x45" and octets[30:34] == bytes(4))


def _count(count: int) -> str:
    return f"{count} frame{'' if count == 1 else 's'}"
