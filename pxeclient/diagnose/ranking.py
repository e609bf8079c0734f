"""In which order findings are told: what to change first comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pxeclient.diagnose.model import Finding, Severity

_ORDER = list(Severity)
_STOPPING = (Severity.STOPS, Severity.NEXT)


def ranked(findings: Iterable[Finding]) -> list[Finding]:
    """The worst first, else in the order given; what only follows from a finding, after that one.

    A finding follows from another that stops the same boot, or its next stage, if the other's text
    says that it explains such findings. Both stay: the one shows what the other did.
    """
    found = sorted(findings, key=lambda one: _ORDER.index(one.severity))
    return [told for one in found for told in _with_consequences(one, found)]


def _with_consequences(one: Finding, found: list[Finding]) -> Iterator[Finding]:
    if _cause(one, found) is not None:
        return  # told after its cause
    yield one
    for other in found:
        if _cause(other, found) is one:
            yield replace(other, cause=one.id)


def _cause(one: Finding, found: list[Finding]) -> Finding | None:
    """The first finding that explains it, and that none explains itself."""
    causes = _explaining(one, found)
    return next((cause for cause in causes if not _explaining(cause, found)), None)


def _explaining(one: Finding, found: list[Finding]) -> list[Finding]:
    if one.severity not in _STOPPING:
        return []
    return [
        other
        for other in found
        if other.severity is one.severity and one.id in other.fault.explains
    ]
