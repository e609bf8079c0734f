"""In which order findings are told: what to change first comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pxeclient.diagnose.model import Finding, Severity

_ORDER = list(Severity)
_STOPPING = (Severity.STOPS, Severity.NEXT)

_Kind = tuple[str, Severity]
"""What makes two findings alike in what explains them."""


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first, else in the order given; what only follows from a finding, after that one.

    A finding follows from another that stops the same boot, or its next stage, if the other's text
    says that it explains such findings. Both stay: the one shows what the other did.
    """
    found = sorted(findings, key=lambda one: _ORDER.index(one.severity))
    firsts: dict[_Kind, Finding] = {}
    for one in found:
        firsts.setdefault((one.id, one.severity), one)
    causes = {kind: _cause(one, firsts) for kind, one in firsts.items()}
    effects: dict[int, list[Finding]] = {}
    for one in found:
        cause = causes[one.id, one.severity]
        if cause is not None:
            effects.setdefault(id(cause), []).append(replace(one, cause=cause.id))
    return [
        told
        for one in found
        if causes[one.id, one.severity] is None  # else told after its cause
        for told in (one, *effects.get(id(one), ()))
    ]


def _cause(one: Finding, firsts: Mapping[_Kind, Finding]) -> Finding | None:
    """The first finding that explains it, and that none explains itself."""
    causes = _explaining(one, firsts)
    return next((cause for cause in causes if not any(_explaining(cause, firsts))), None)


def _explaining(one: Finding, firsts: Mapping[_Kind, Finding]) -> Iterator[Finding]:
    if one.severity not in _STOPPING:
        return
    for other in firsts.values():
        if other.severity is one.severity and one.id in other.fault.explains:
            yield other
