"""The capture files that are written, as scapy reads them; and read back."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.utils import RawPcapNgReader

from pxeclient.capture.file import raw_frames
from pxeclient.capture.writing import Written, write

frames = st.builds(
    Written,
    at=st.floats(0, 4e9),
    octets=st.binary(min_size=14, max_size=200),
    ours=st.booleans(),
    comments=st.lists(st.text(max_size=40), max_size=3).map(tuple),
    length=st.sampled_from([0, 1514]),
)


@given(st.lists(frames, max_size=5))
def test_what_was_written_is_read(written: list[Written]) -> None:
    """By scapy: octets, lengths, times to the microsecond, directions and comments."""
    file = BytesIO()
    write(file, written)
    file.seek(0)
    reader: Any = RawPcapNgReader
    read = list(reader(file))
    assert [data for data, _ in read] == [one.octets for one in written]
    for (_, meta), one in zip(read, written, strict=True):
        assert meta.wirelen == max(one.length, len(one.octets))
        assert (meta.linktype, meta.direction) == (1, 2 if one.ours else 1)
        assert (meta.tshigh << 32) + meta.tslow == round(one.at * 1_000_000)
        assert tuple(comment.decode() for comment in meta.comments or ()) == one.comments


@given(st.lists(frames, max_size=5))
def test_what_was_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, written: list[Written]
) -> None:
    """By ourselves."""
    path = tmp_path_factory.mktemp("written") / "x.pcapng"
    write(path, written)
    for raw, one in zip(raw_frames(path), written, strict=True):
        assert raw.data == one.octets
        assert raw.nanoseconds == round(one.at * 1_000_000) * 1000


@pytest.mark.parametrize("sign", ["x", "ä", "€", "𝄞"])
def test_a_comment_is_cut_where_there_is_no_room(sign: str, tmp_path: Path) -> None:
    """In whole characters: its length is a number of 16 bits."""
    path = tmp_path / "x.pcapng"
    write(path, [Written(5.0, bytes(60), True, (sign * 70_000, "short"))])
    reader: Any = RawPcapNgReader
    with reader(str(path)) as opened:
        ((_, meta),) = list(opened)
    long, short = (comment.decode() for comment in meta.comments)
    assert long == sign * len(long)
    assert 65_532 - 4 < len(long.encode()) <= 65_532
    assert short == "short"


@pytest.mark.parametrize("at", [-5.0, 1e30])
def test_a_time_that_cannot_be_written(at: float, tmp_path: Path) -> None:
    """The nearest one is."""
    path = tmp_path / "x.pcapng"
    write(path, [Written(at, bytes(60), True)])
    (raw,) = raw_frames(path)
    assert raw.ticks == (0 if at < 0 else (1 << 64) - 1)
