"""A capture held against a profile: the whole comparison, and its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from pxeclient.boot.background import destination
from pxeclient.boot.dhcp.options import Names, fill
from pxeclient.boot.dhcp.traits import Secs
from pxeclient.boots.boot import Wire, boot
from pxeclient.capture.reading import read
from pxeclient.compare.differences import Aspect, Difference, Over, differences
from pxeclient.outcome import Booted
from pxeclient.profile import Profile
from pxeclient.replay.client_of import Booting, frames_and_client, machine_of
from pxeclient.replay.filtered import lacks_arp, lacks_transfers
from pxeclient.replay.frames import frame_of
from pxeclient.replay.labels import Labeller
from pxeclient.replay.over_ipv6 import refuse
from pxeclient.replay.play import Play, play_of
from pxeclient.replay.player import Replay
from pxeclient.replay.tolerance import Tolerance
from pxeclient.trace import Trace
from pxeclient.wire import ethernet, tftp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.ethernet import Frame
from pxeclient.wire.pxe import Purpose

_LONGEST = 3600.0
"""Seconds after the capture's end at which a boot that goes on is stopped."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to compare."""

    tolerance: Tolerance = field(default_factory=Tolerance)
    deaf: tuple[float, ...] = (0.0,)
    """The recorded card heard nothing for so many seconds after power-on. Where this varies
    from boot to boot, the value counts that fits a recording best."""
    mac: Mac | None = None
    """Which client, where the capture has several."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it."""

    profile: str
    capture: Path
    play: Play
    differences: tuple[Difference, ...]
    trace: Trace
    """Our client's boot."""
    settings: Settings
    deaf: float = 0.0
    """The one of the settings' values that fitted best."""
    before: int = 0
    """How many DHCPDISCOVERs of ours went before the capture's first."""
    remarks: tuple[str, ...] = ()
    """What is to be said of the file itself."""

    @property
    def is_equal(self) -> bool:
        """No difference in anything."""
        return not self.differences

    @property
    def bytes_equal(self) -> bool:
        """The same frames, octet by octet but for the mask, in the same order."""
        return all(one.aspect is Aspect.TIMING for one in self.differences)

    @property
    def timing_equal(self) -> bool:
        """All waits that could be compared are within the tolerance."""
        return all(one.aspect is not Aspect.TIMING for one in self.differences)


def compare(capture: Path, profile: Profile, settings: Settings | None = None) -> Comparison:
    """Play the servers of a capture to the profile's client, and hold the two together.

    Raises:
        CaptureError: The capture cannot be used.
    """
    settings = settings or Settings()
    taken = read(capture).whole()
    frames, client = frames_and_client(taken, settings.mac)
    refuse(frames, client.mac)
    recorded = play_of(frames, client)
    remarks = list(taken.remarks)
    is_filtered = lacks_arp(frames, client.mac)
    if lacks_transfers(frames, client.mac):
        recorded = _before_files(recorded)
        remarks.append(_NO_TRANSFERS)
    elif is_filtered:
        remarks.append(_NO_ARP)
    ways = [
        _Way(deaf, before, is_filtered)
        for before in _befores(profile, client)
        for deaf in settings.deaf
    ]
    best: Comparison | None = None
    for way in ways:
        one = _play(capture, profile, recorded, settings, way)
        if best is None or len(one.differences) < len(best.differences):
            best = one
        if best.is_equal:
            break
    assert best is not None, "at least one value for the card's deafness"
    if best.before:
        remarks.append(_later(best))
    return replace(best, remarks=tuple(remarks))


_NO_ARP = (
    "The capture has nobody's ARP, although the client speaks to others: it was filtered. What is"
    " no IPv4 is not compared."
)
_NO_TRANSFERS = (
    "The capture was filtered to the ports of DHCP and to port 69: it has no packet of a transfer,"
    " and the comparison ends with the first read request."
)


class _Way(NamedTuple):
    """How to play a recording."""

    deaf: float
    before: int
    """DHCPDISCOVERs that went before it began."""
    is_filtered: bool


def _befores(profile: Profile, client: Booting) -> range:
    """How many DHCPDISCOVERs may have gone before the first that was recorded: where it does not
    begin as this profile's first does, but has counted on."""
    traits = profile.traits.dhcp
    first = traits.secs_listed[0] if traits.secs is Secs.LISTED else 4
    most = len(traits.messages[Purpose.DISCOVER].waits)
    return range(most if client.message.secs > first else 1)


def _later(best: Comparison) -> str:
    which = {1: "second", 2: "third", 3: "fourth"}.get(best.before, f"{best.before + 1}th")
    return (
        f"The capture begins with a later DHCPDISCOVER: it is held against the {which} of"
        f" {best.profile}, and the seconds are compared as they are counted on from there."
    )


def _before_files(recorded: Play) -> Play:
    """The boot up to its first read request."""
    at = next(i for i, one in enumerate(recorded.said) if isinstance(one.frame.said, tftp.Request))
    ends = recorded.said[at].at
    heard = tuple(one for one in recorded.heard if one.seen <= at + 1 and one.after <= at)
    why = "the capture has no packet of a transfer"
    return replace(recorded, said=recorded.said[: at + 1], heard=heard, ends=ends, ended=why)


def _play(
    capture: Path, profile: Profile, recorded: Play, settings: Settings, way: _Way
) -> Comparison:
    replay = Replay(recorded, settings.tolerance, *way)
    machine = machine_of(profile, recorded.client)
    wire = Wire(replay, f"the servers of {capture}")
    trace = boot(profile, machine, wire, deadline=recorded.ends + _LONGEST)
    over = Over(trace.ended, _why_over(trace), _chance(profile, recorded))
    sent = [one for one in replay.sent if not one.is_unseen]
    found = differences(recorded, sent, settings.tolerance, over, is_later=way.before > 0)
    return Comparison(
        profile.name, capture, recorded, tuple(found), trace, settings, way.deaf, way.before
    )


def _chance(profile: Profile, recorded: Play) -> dict[str, float]:
    """By how much the times of each kind of frame beside the boot are up to chance."""
    known = Names(machine_of(profile, recorded.client))
    mac = recorded.client.mac
    found: dict[str, float] = {}
    for item in profile.traits.background:
        frame = Frame(destination(item, known), mac, item.ethertype, fill(item.payload, known))
        stream = Labeller().label(frame_of(ethernet.build(frame))).stream
        found[stream] = max(found.get(stream, 0.0), item.within)
    return found


def _why_over(trace: Trace) -> str:
    """Why our client sends no more, to be told with the frames that it owes."""
    outcome = trace.outcome
    if outcome is None:
        return "it waits for a key" if trace.stopped == "waiting" else "it goes on for ever"
    when = f"at {trace.ended:.3f} s"
    if isinstance(outcome, Booted):
        return f"its boot file is complete {when}"
    return f"its boot is over {when}, {outcome.because}"
