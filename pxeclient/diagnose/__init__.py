"""What is wrong on the servers' side, or on the way to them, as far as one boot shows it.

`diagnose` takes a finished `Trace` and names what it finds: frames and values as evidence, why
it matters, and what to change in the servers' own configuration. It sees nothing but the trace,
so it says the same of a boot on a wire, of a practice boot, and of one told by a capture.

A finding is three things: a check, which is a pure function over the `Scene` (the trace's
frames, sorted by what they are); a `Fault`, described, in ``texts/*.toml``; and what joins them, an
id that never changes its meaning. A check says nothing where the wire does not show it.
"""

from __future__ import annotations

from pxeclient.diagnose.catalogue import catalogue, fault, not_covered
from pxeclient.diagnose.diagnosis import diagnose, diagnose_beside, from_frames, told_of
from pxeclient.diagnose.model import AtHand, Fault, Finding, Severity
from pxeclient.diagnose.ranking import ranked

__all__ = [
    "AtHand",
    "Fault",
    "Finding",
    "Severity",
    "catalogue",
    "diagnose",
    "diagnose_beside",
    "fault",
    "from_frames",
    "not_covered",
    "ranked",
    "told_of",
]
