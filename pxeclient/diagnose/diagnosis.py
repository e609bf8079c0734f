"""From a trace to its findings."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.advice import catalogue as cures
from pxeclient.advice import fill
from pxeclient.diagnose import (  # noqa: F401  (each module registers its checks)
    check_boot_file,
    check_discovery,
    check_names,
    check_next_stage,
    check_nobody,
    check_path,
    check_port_4011,
    check_replies,
    check_tftp,
    check_transfer,
    check_values,
)
from pxeclient.diagnose.at_hand import at_hand
from pxeclient.diagnose.catalogue import catalogue
from pxeclient.diagnose.model import Fault, Finding, Seen, Severity
from pxeclient.diagnose.places import places_of, renamed
from pxeclient.diagnose.ranking import ranked
from pxeclient.diagnose.registry import CHECKS, FROM_FRAMES
from pxeclient.diagnose.scene import Scene
from pxeclient.diagnose.sorting import scene
from pxeclient.trace import Trace


def diagnose_frames(trace: Trace) -> list[Finding]:
    """Of these, what rests on frames that are there: for a recording that may lack others."""
    return [one for one in diagnose(trace) if one.id in FROM_FRAMES]


def diagnose(trace: Trace) -> list[Finding]:
    """What is wrong on the servers' side or on the way, as far as this boot shows it.

    What stopped this boot comes first, then what stops its next stage, what would stop other
    firmwares, and notes; each in the order of a boot, and what only follows from another finding
    after that one. Several of one id if several servers are concerned. An empty list says that
    nothing was found, not that nothing is wrong.
    """
    return ranked(_find(scene(trace)))


def _find(found: Scene) -> Iterator[Finding]:
    for id, fault in catalogue().items():
        for seen in CHECKS[id](found):
            values = renamed({**places_of(found, seen.frames), **seen.values}, fault.places)
            wanted = [cures()[name] for name in seen.cures] or fault.cures
            yield Finding(
                fault,
                _severity(found, fault, seen),
                tuple(dict.fromkeys(seen.frames)),
                seen.words,
                tuple(fill(cure, values) for cure in wanted),
                at_hand=at_hand(found, seen.frames),
            )


def _severity(found: Scene, fault: Fault, seen: Seen) -> Severity:
    """How bad it was here: what the end of the boot contradicts did not stop it."""
    if seen.stops:
        return Severity.STOPS
    is_known = found.outcome is not None
    return Severity.OTHERS if is_known and fault.severity is Severity.STOPS else fault.severity
