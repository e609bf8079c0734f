"""Whatever servers send, a diagnosis comes to its end, and all of it is safe to print."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pxeclient.boot.events import FrameReceived
from pxeclient.diagnose import diagnose
from pxeclient.trace import Trace
from tests.cli.runner import CONTROL
from tests.diagnose.boots import EDK2, IPXE, VMWARE, boot
from tests.examples import examples

TRACES = [
    boot(IPXE, proxy={"siaddr": "10.77.0.3", "file": "boot.0"}),
    boot(VMWARE, both={"file": ""}, proxy={}, proxy_4011={"file": "boot.0"}),
    boot(EDK2, both={"file": "", "options": [[60, "str", "PXEClient"]]}, own_4011={}),
]
CHANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 700), st.binary(max_size=40)))


@settings(max_examples=examples(1.5))
@given(st.sampled_from(TRACES), CHANGES)
def test_damaged_frames(trace: Trace, changes: list[tuple[int, int, bytes]]) -> None:
    """Frames that came in are damaged anywhere; the client is not asked again."""
    damaged = Trace(trace.profile, trace.title, trace.where)
    for record in trace.records:
        item = record.item
        if isinstance(item, FrameReceived):
            item = FrameReceived(_damage(item.frame, record.frame, changes))
        damaged.add(record.at, item)
    for finding in diagnose(damaged):
        shown = "\n".join((finding.seen, *(str(cure) for cure in finding.cures)))
        assert not CONTROL.search(shown)
        assert set(finding.frames) <= {record.frame for record, _, _ in damaged.frames()}


def _damage(frame: bytes, number: int, changes: list[tuple[int, int, bytes]]) -> bytes:
    for at_frame, at, octets in changes:
        if at_frame == number:
            # Checksums of zero are none: the damage is looked at, not dropped with the packet.
            frame = (frame[:at] + octets + frame[at + len(octets) :])[: max(len(frame), 1)]
            frame = frame[:40] + b"\0\0" + frame[42:] if len(frame) > 42 else frame
    return frame
