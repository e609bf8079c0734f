"""A frame field by field: every octet of it belongs to exactly one named field.

What the codecs in `wire` read for a firmware, this reads for a person: where a field stands,
what it is called, and what it says. It goes on where a codec would refuse (a wrong checksum is
a note, not an end), and calls ``undecoded`` what cannot be read at all.
"""

from __future__ import annotations

from pxeclient.report.fields.layers import ethernet_frame
from pxeclient.report.fields.walk import UNDECODED, Field, Walk

__all__ = ["UNDECODED", "Field", "dissect"]


def dissect(frame: bytes) -> tuple[Field, ...]:
    """The fields of an Ethernet frame, in wire order, without gap or overlap. Never raises."""
    walk = Walk(frame, len(frame))
    ethernet_frame(walk)
    return tuple(walk.fields)
