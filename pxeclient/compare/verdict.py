"""A capture held against a profile: the whole comparison, and its verdict."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from pxeclient.boot.background import destination
from pxeclient.boot.options import Names, fill
from pxeclient.boot.outcome import Booted
from pxeclient.boots.boot import Wire, boot
from pxeclient.capture.reading import read
from pxeclient.compare.differences import Aspect, Difference, Over, differences
from pxeclient.profile import Profile
from pxeclient.replay.client_of import choose, machine_of
from pxeclient.replay.frames import frame_of, frames_of
from pxeclient.replay.labels import Labeller
from pxeclient.replay.player import Replay
from pxeclient.replay.scene import Scene, scene
from pxeclient.replay.tolerance import Tolerance
from pxeclient.trace import Trace
from pxeclient.wire import ethernet
from pxeclient.wire.addresses import Mac
from pxeclient.wire.ethernet import Frame

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
    scene: Scene
    differences: tuple[Difference, ...]
    trace: Trace
    """Our client's boot."""
    settings: Settings
    deaf: float = 0.0
    """The one of the settings' values that fitted best."""
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
    taken = read(capture)
    frames = frames_of(taken.frames)
    client = choose(frames, settings.mac)
    recorded = scene(frames, client)
    found = (_play(capture, profile, recorded, settings, deaf) for deaf in settings.deaf)
    best: Comparison | None = None
    for one in found:
        if best is None or len(one.differences) < len(best.differences):
            best = one
        if best.is_equal:
            break
    assert best is not None, "at least one value for the card's deafness"
    return replace(best, remarks=taken.remarks)


def _play(
    capture: Path, profile: Profile, recorded: Scene, settings: Settings, deaf: float
) -> Comparison:
    replay = Replay(recorded, settings.tolerance, deaf)
    machine = machine_of(profile, recorded.client)
    wire = Wire(replay, f"the servers of {capture}")
    trace = boot(profile, machine, wire, deadline=recorded.ends + _LONGEST)
    over = Over(trace.ended, _why_over(trace), _chance(profile, recorded))
    found = differences(recorded, replay.sent, settings.tolerance, over)
    return Comparison(profile.name, capture, recorded, tuple(found), trace, settings, deaf)


def _chance(profile: Profile, recorded: Scene) -> dict[str, float]:
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
