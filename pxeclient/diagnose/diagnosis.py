"""From a trace to its findings."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.advice import fill
from pxeclient.diagnose import (  # noqa: F401  (each module registers its checks)
    check_boot_file,
    check_discovery,
    check_names,
    check_nobody,
    check_path,
    check_port_4011,
    check_replies,
    check_tftp,
    check_transfer,
    check_values,
)
from pxeclient.diagnose.catalogue import catalogue
from pxeclient.diagnose.model import Finding, Severity
from pxeclient.diagnose.places import places_of, renamed
from pxeclient.diagnose.registry import CHECKS
from pxeclient.diagnose.scene import Scene
from pxeclient.diagnose.sorting import scene
from pxeclient.trace import Trace

_ORDER = list(Severity)


def diagnose(trace: Trace) -> list[Finding]:
    """What is wrong on the servers' side or on the way, as far as this boot shows it.

    Worst first, then in the order of a boot; several of one id if several servers are concerned.
    An empty list says that nothing was found, not that nothing is wrong.
    """
    findings = list(_find(scene(trace)))
    findings.sort(key=lambda finding: _ORDER.index(finding.severity))
    return findings


def _find(found: Scene) -> Iterator[Finding]:
    for id, fault in catalogue().items():
        for seen in CHECKS[id](found):
            severity = Severity.STOPS if seen.stops else fault.severity
            values = renamed({**places_of(found, seen.frames), **seen.values}, fault.places)
            cures = tuple(fill(cure, values) for cure in fault.cures)
            yield Finding(fault, severity, tuple(dict.fromkeys(seen.frames)), seen.words, cures)
