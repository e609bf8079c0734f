"""What is wrong with the servers, as all the boots of a table show it together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pxeclient.advice import Server
from pxeclient.diagnose import Finding, Severity, catalogue, diagnose, diagnose_beside, ranked
from pxeclient.prose import wrapped
from pxeclient.report import findings
from pxeclient.trace import Trace

if TYPE_CHECKING:
    from pxeclient.schemas import matrix as shapes

_ORDER = list(Severity)
_STOPPING = (Severity.STOPS, Severity.NEXT)


def lines(traces: Sequence[Trace], kind: Server | None = None) -> Iterator[str]:
    """Each finding once, the worst first: whom it stops, and what to change.

    What stops no machine of the table takes a line; notes are left out, and what only follows
    from another finding. `kind` is the server that cures are shown for.
    """
    beside = diagnose_beside(traces)
    found = {
        trace.profile: ranked([*more, *diagnose(trace)])
        for trace, more in zip(traces, beside, strict=True)
    }
    places = {id: at for at, id in enumerate(catalogue())}
    for id, worst in sorted(_worst(found).items(), key=lambda one: (_rank(one[1]), places[one[0]])):
        told = findings.lines(
            _told(found, id, worst), failed=worst is not Severity.NEXT, at_hand=kind
        )
        yield next(told)
        if worst in _STOPPING:
            whom = ", ".join(
                profile
                for profile, several in found.items()
                if any(one.id == id and one.severity is worst for one in several)
            )
            what = "It stops" if worst is Severity.STOPS else "It stops what runs next on"
            yield from wrapped(f"{what} {whom}.", "  ")
            yield from told


def as_json(traces: Sequence[Trace]) -> list[shapes.CitedFinding]:
    """Every finding of every boot, each with its profile."""
    return [
        {"profile": trace.profile, "profile_version": trace.profile_version or None, **one}
        for trace, more in zip(traces, diagnose_beside(traces), strict=True)
        for one in findings.as_json(ranked([*more, *diagnose(trace)]))
    ]


def _worst(found: dict[str, list[Finding]]) -> dict[str, Severity]:
    worst: dict[str, Severity] = {}
    for several in found.values():
        for one in several:
            if one.cause is not None:
                continue
            before = worst.get(one.id, one.severity)
            worst[one.id] = min(before, one.severity, key=_rank)
    return {id: severity for id, severity in worst.items() if severity is not Severity.NOTE}


def _rank(severity: Severity) -> int:
    return _ORDER.index(severity)


def _told(found: dict[str, list[Finding]], id: str, worst: Severity) -> list[Finding]:
    """As the first boot tells it that is hit the hardest."""
    for several in found.values():
        mine = [
            one for one in several if one.id == id and one.severity is worst and one.cause is None
        ]
        if mine:
            return mine
    return []
