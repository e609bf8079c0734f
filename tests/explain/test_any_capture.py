"""Whatever is in the file: an explanation, or one sentence; and nothing raw on the screen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pxeclient import profile as profiles
from pxeclient.capture.values import CaptureError, Recorded
from pxeclient.explain.as_json import as_json
from pxeclient.explain.story import explain
from pxeclient.explain.words import lines
from tests.examples import examples
from tests.explain.captures import CAPTURES, PLAIN, PROFILES, PROXY, frames, write

SOURCES = [
    PLAIN,
    PROXY,
    CAPTURES / "ovmf-virtio" / "proxy-60-only-4011-dead" / "capture.pcap",
    CAPTURES / "ipxe-82540em" / "samehost-60-43-menu" / "capture.pcap",
    CAPTURES / "ipxe-efi-e1000e" / "tftp-notfound" / "capture.pcap",
]
RECORDED = [frames(source) for source in SOURCES]
VMWARE = profiles.load("vmware-e1000e")
MANY = settings(max_examples=examples(1.5), suppress_health_check=list(HealthCheck))


def check(path: Path) -> None:
    """It can be printed and written as JSON, and has no raw control characters."""
    try:
        found = explain(path, PROFILES, VMWARE)
    except CaptureError as error:
        refused = str(error)
    else:
        refused = ""
        json.dumps(as_json(found))
    for line in [refused] if refused else lines(found, verbose=True):
        assert line.isprintable()


@st.composite
def mutated_frames(draw: st.DrawFn) -> list[Recorded]:
    """A recording with frames lost, doubled, cut, shuffled and with other octets."""
    found: list[Recorded] = []
    for frame in draw(st.sampled_from(RECORDED)):
        what = draw(st.sampled_from(["keep"] * 8 + ["drop", "double", "cut", "octets", "late"]))
        match what:
            case "drop":
                continue
            case "double":
                found.append(frame)
            case "cut":
                frame = replace(frame, data=frame.data[: draw(st.integers(0, len(frame.data)))])
            case "octets":
                data = bytearray(frame.data)
                for _ in range(draw(st.integers(1, 6))):
                    data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
                frame = replace(frame, data=bytes(data))
            case "late":
                frame = replace(frame, at=frame.at + draw(st.floats(0, 100)))
        found.append(frame)
    if draw(st.booleans()):
        found = draw(st.permutations(found))
    return found


@given(mutated_frames())
@MANY
def test_mutated_frames(changed: list[Recorded]) -> None:
    """Nothing that a frame holds makes it raise."""
    with TemporaryDirectory() as folder:
        check(write(Path(folder) / "x.pcap", changed))


@given(st.sampled_from(SOURCES), st.data())
@MANY
def test_mutated_files(source: Path, data: st.DataObject) -> None:
    """Nor anything that the file holds."""
    content = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(0, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(0, len(content)))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.pcap"
        path.write_bytes(content[: end or len(content)])
        check(path)


@given(st.lists(st.tuples(st.floats(0, 1000), st.binary(max_size=400)), max_size=12))
@MANY
def test_anything(content: list[tuple[float, bytes]]) -> None:
    """A capture of something else altogether."""
    made = [Recorded(at, when, data, len(data)) for at, (when, data) in enumerate(content, 1)]
    with TemporaryDirectory() as folder:
        check(write(Path(folder) / "x.pcap", made))


@given(st.binary(max_size=300), st.sampled_from([b"\x0a\x0d\x0d\x0a", b"\xd4\xc3\xb2\xa1", b""]))
@MANY
def test_any_file(content: bytes, magic: bytes) -> None:
    """A file that is hardly a capture, pcapng among them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.pcap"
        path.write_bytes(magic + content)
        check(path)
