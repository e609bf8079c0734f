"""Anybody's capture, as a machine on an Ethernet would have seen it: for every command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pxeclient.capture.cooked import HEADER, addressed, uncooked
from pxeclient.capture.file import raw_frames
from pxeclient.capture.text.content import text_of
from pxeclient.capture.text.reading import read as read_text
from pxeclient.capture.values import (
    ETHERNET,
    NANO,
    Capture,
    CaptureError,
    End,
    Raw,
    Recorded,
    Told,
    TooLong,
)
from pxeclient.wire import ethernet

_HEADERS = {ETHERNET: ethernet.HEADER, **HEADER}
"""Octets of the headers of the link types that are read."""
_TAGS = (b"\x81\x00", b"\x88\xa8", b"\x91\x00")
"""Of VLANs: IEEE 802.1Q, 802.1ad, and what was used for two tags before that."""
_LONGEST_SILENCE = 3600
"""Seconds of a silence at the end that are believed: no firmware waits so long."""
_TWICE = 2_000_000
"""Nanoseconds within which several interfaces show one frame."""


def read(path: Path) -> Capture:
    """Read a capture, as far as it can be read.

    pcap and pcapng, compressed or not, of Ethernet and Linux's ``any``; or text that tells of
    frames (`capture.text`). ``-`` is standard input. What is left out, put
    right or cannot be told is a remark; frames are in the order of time.

    Raises:
        CaptureError: There is no frame in it that can be used.
    """
    text = text_of(path)
    if text is not None:
        return read_text(path, *text)
    said = Told()
    raws, remarks = _collected(path, said)
    usable = [raw for raw in raws if len(raw.data) >= _HEADERS.get(raw.linktype, len(raw.data) + 1)]
    if not usable:
        raise CaptureError(_why_none(path, raws))
    remarks += _left_out(raws)
    frames, copies = _frames(usable)
    remarks += _remarks(usable, frames, copies)
    if said.strays:
        remarks.append(
            f"{_count(said.strays)} of interfaces that the file does not describe"
            f" {_are(said.strays)} left out: what looks like silence may be none."
        )
    is_dropped = any(end.dropped for end in said.ends)
    if is_dropped:
        remarks.append(
            "The file says that frames were lost when it was recorded: what looks like silence may"
            " be none."
        )
    loses = is_dropped or said.strays > 0
    return Capture(path, tuple(frames), tuple(remarks), _until(raws, usable, said.ends), loses)


def _until(raws: Sequence[Raw], usable: Sequence[Raw], ends: Sequence[End]) -> float:
    """When the recording ended, in seconds after its first frame; 0 if the file does not tell it.

    A file that was cut or filtered afterwards has the statistics of the whole one (editcap,
    Wireshark's export), and what was taken out of it is no silence: so it is believed only where
    the frames are as many as were recorded.
    """
    if len(ends) != 1 or ends[0].frames != len(raws):
        return 0.0
    first, last = (of(raw.nanoseconds for raw in usable) for of in (min, max))
    until = min(ends[0].nanoseconds, last + _LONGEST_SILENCE * NANO)
    return max(until - first, 0) / NANO


def _collected(path: Path, said: Told) -> tuple[list[Raw], list[str]]:
    """The frames up to where the file breaks off, and that it does."""
    raws: list[Raw] = []
    try:
        for raw in raw_frames(path, said):
            raws.append(raw)  # noqa: PERF402 - what came before an error is kept
    except TooLong as error:
        if not raws:
            raise
        return raws, [f"{error}."]
    except CaptureError:
        if not raws:
            raise
        return raws, [f"The file breaks off or is damaged after frame {raws[-1].number}."]
    return raws, []


def _why_none(path: Path, raws: Sequence[Raw]) -> str:
    foreign = next((raw.linktype for raw in raws if raw.linktype not in _HEADERS), None)
    if foreign is None:
        return f"{path} holds no frames"
    return (
        f"{path} has frames of link type {foreign}, neither Ethernet nor Linux cooked:"
        " nothing in them tells one machine from another"
    )


def _left_out(raws: Iterable[Raw]) -> Iterator[str]:
    foreign: Counter[int] = Counter()
    short = 0
    for raw in raws:
        if raw.linktype not in _HEADERS:
            foreign[raw.linktype] += 1
        elif len(raw.data) < _HEADERS[raw.linktype]:
            short += 1
    for linktype, count in sorted(foreign.items()):
        yield (
            f"{_count(count)} of another interface, of link type {linktype}, {_are(count)} left"
            " out."
        )
    if short:
        yield f"{_count(short)} shorter than an Ethernet header {_are(short)} left out."


def _frames(raws: Sequence[Raw]) -> tuple[list[Recorded], int]:
    """The frames in the order of time, and how many copies of them are left out."""
    first = min(raw.nanoseconds for raw in raws)
    frames: list[Recorded] = []
    latest: dict[bytes, tuple[int, object]] = {}
    copies = 0
    for raw in sorted(raws, key=lambda raw: raw.nanoseconds):
        since = raw.nanoseconds - first
        is_cooked = raw.linktype != ETHERNET
        data = untagged(uncooked(raw.linktype, raw.data) if is_cooked else raw.data)
        # `any` does not say on which interface it saw a frame, or whom it was for on each.
        key, where = (data[6:], raw) if is_cooked else (data, raw.interface)
        before = latest.get(key) if raw.is_timed else None
        if before is not None and since - before[0] < _TWICE and where != before[1]:
            copies += 1
            continue
        latest[key] = (since, where)
        length = max(raw.wire - len(raw.data), 0) + len(data)
        frames.append(Recorded(raw.number, since / NANO, data, length))
    is_any = any(raw.linktype != ETHERNET for raw in raws)
    return addressed(frames) if is_any else frames, copies


def untagged(data: bytes) -> bytes:
    """The frame without the VLAN tags that a mirror port leaves in: no firmware sees them."""
    while data[12:14] in _TAGS and len(data) >= ethernet.HEADER + 4:
        data = data[:12] + data[16:]
    return data


def _remarks(raws: Sequence[Raw], frames: Sequence[Recorded], copies: int) -> Iterator[str]:
    """What is to be said of the frames that are told of."""
    untimed = sum(not raw.is_timed for raw in raws)
    if untimed:
        yield (
            f"{_count(untimed)} in simple packet blocks {'has' if untimed == 1 else 'have'} no"
            " time stamp: the time is taken to be that of the frame before. Waits cannot be told."
        )
    late = _late(raws)
    if late:
        yield (
            f"{_count(late)} {'stands' if late == 1 else 'stand'} in the file behind a frame of a"
            " later time: all are told in the order of their times."
        )
    if any(raw.linktype != ETHERNET for raw in raws):
        yield (
            "Recorded on Linux's 'any' interface: whom a frame was sent to is worked out from the"
            " other frames, and copies of one frame are left out."
        )
    elif copies:
        told = _count(copies, "copy of a frame", "copies of frames")
        yield f"{told} that another interface saw, too, {_are(copies)} left out."
    cut = sum(len(frame.data) < frame.length for frame in frames)
    if cut:
        yield (
            f"{cut} of {_count(len(frames))} {'was' if cut == 1 else 'were'} cut when recorded"
            " (tcpdump -s 0 records whole ones): what was in the rest cannot be told."
        )


def _late(raws: Iterable[Raw]) -> int:
    """How many frames stand behind one of a later time."""
    late = latest = 0
    for raw in raws:
        late += raw.nanoseconds < latest
        latest = max(latest, raw.nanoseconds)
    return late


def _count(count: int, one: str = "frame", more: str = "frames") -> str:
    return f"{count} {one if count == 1 else more}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
