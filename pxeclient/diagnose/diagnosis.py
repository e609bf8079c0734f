"""From a trace to its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pxeclient.advice import catalogue as cures
from pxeclient.advice import fill
from pxeclient.diagnose import (  # noqa: F401  (each module registers its checks)
    check_boot_file,
    check_clients,
    check_discovery,
    check_http,
    check_http_offers,
    check_ipv6,
    check_loader,
    check_names,
    check_next_stage,
    check_nobody,
    check_path,
    check_port_4011,
    check_replies,
    check_rivals,
    check_segment,
    check_tftp,
    check_transfer,
    check_values,
    compare_boots,
    compare_sides,
)
from pxeclient.diagnose.at_hand import at_hand
from pxeclient.diagnose.catalogue import catalogue
from pxeclient.diagnose.model import Fault, Finding, Severity, Sighting
from pxeclient.diagnose.places import places_of, renamed
from pxeclient.diagnose.ranking import ranked
from pxeclient.diagnose.registry import CHECKS, COMPARISONS, FROM_FRAMES, NEEDS, Boots
from pxeclient.diagnose.scene import Scene
from pxeclient.diagnose.sorting import scene
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.frame import Frame
from pxeclient.trace import Trace
from pxeclient.wire import dhcp


def from_frames(findings: Iterable[Finding]) -> list[Finding]:
    """Of these, what rests on frames that are there: for a recording that may lack others."""
    return [one for one in findings if one.id in FROM_FRAMES]


def told_of(findings: Iterable[Finding], untold: frozenset[Aspect]) -> list[Finding]:
    """Of these, what needs nothing that is unknown of frames that were read from text."""
    return [one for one in findings if NEEDS.get(one.id) not in untold]


def diagnose_beside(
    traces: Sequence[Trace],
    began: Sequence[float | None] | None = None,
    whole: Iterable[Frame] = (),
) -> list[list[Finding]]:
    """What only several boots show, held beside each other: for each of them what is about it.

    Args:
        traces: Boots of one capture or of one run, on the same servers.
        began: When each began, by one clock; None where that is not known.
        whole: All frames of the capture: those between servers and relays are in no trace.
    """
    times = [None] * len(traces) if began is None else list(began)
    boots = Boots([scene(trace) for trace in traces], times, list(_relayed(whole)))
    found: list[list[Finding]] = [[] for _ in traces]
    for id, comparison in COMPARISONS.items():
        for at, seen in comparison(boots):
            found[at].append(_finding(boots.scenes[at], catalogue()[id], seen))
    return found


def diagnose(trace: Trace) -> list[Finding]:
    """What is wrong on the servers' side or on the way, as far as this boot shows it.

    What stopped this boot comes first, then what stops its next stage, what would stop other
    firmwares, and notes; each in the order of a boot, and what only follows from another finding
    after that one. Several of one id if several servers are concerned. An empty list says that
    nothing was found, not that nothing is wrong.
    """
    return ranked(_find(scene(trace)))


def _relayed(frames: Iterable[Frame]) -> Iterator[Dhcp]:
    """Replies on their way to a relay."""
    for frame in frames:
        said = frame.message
        if said is not None and said.is_reply and said.is_relayed:
            yield from [said] if said.port == dhcp.SERVER_PORT else []


MOST_OF_ONE = 32
"""Findings of one id, besides those that stopped the boot: a server can say a thousand things."""


def _find(found: Scene) -> Iterator[Finding]:
    for id, fault in catalogue().items():
        if id in CHECKS:
            yield from (_finding(found, fault, seen) for seen in _first(CHECKS[id](found)))


def _finding(found: Scene, fault: Fault, seen: Sighting) -> Finding:
    values = renamed({**places_of(found, seen.frames), **seen.values}, fault.places)
    wanted = [cures()[name] for name in seen.cures] or fault.cures
    return Finding(
        fault,
        _severity(found, fault, seen),
        tuple(dict.fromkeys(seen.frames)),
        seen.words,
        tuple(fill(cure, values) for cure in wanted),
        at_hand=at_hand(found, seen.frames, fault.id),
        is_telling=seen.is_telling,
    )


def _first(found: Iterable[Sighting]) -> Iterator[Sighting]:
    left = {True: MOST_OF_ONE, False: MOST_OF_ONE}
    for seen in found:
        if left[seen.stops]:
            left[seen.stops] -= 1
            yield seen


def _severity(found: Scene, fault: Fault, seen: Sighting) -> Severity:
    """How bad it was here: what the end of the boot contradicts did not stop it."""
    if seen.stops:
        return Severity.STOPS
    is_known = found.outcome is not None
    if is_known and fault.severity is Severity.STOPS:
        return Severity.OTHERS
    # Nobody can say of a machine that it gets by while it waits.
    is_held = seen.awaits and not is_known and fault.severity is Severity.OTHERS
    return Severity.HELD if is_held else fault.severity
