"""A file that is longer than anybody keeps: its size and its hash are told all the same."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pxeclient.fetch import content
from pxeclient.fetch.content import Content
from pxeclient.fetch.tftp.blocks import AnyOrder, LockStep
from pxeclient.outcome import Booted
from pxeclient.report.as_json import as_json
from pxeclient.trace import Trace
from tests.cli.runner import run
from tests.diagnose.boots import EDK2, IPXE, boot

KEPT, BLOCK = 4096, bytes(range(256)) * 2


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the limit is met exactly, in the middle of a piece, or by far."""
    monkeypatch.setattr(content, "MOST_KEPT", KEPT)
    for size in (1, 512, 700, 4096):
        mine, whole = Content(), b""
        for number in range(40):
            piece = bytes((number,)) * size
            mine.add(piece)
            whole += piece
            assert mine.size == len(whole)
            assert len(mine.kept) <= KEPT
            assert whole.startswith(mine.kept)
            digest = None if len(whole) <= KEPT else hashlib.sha256(whole).hexdigest()
            assert mine.digest == digest


@pytest.mark.parametrize("blocks", [LockStep, AnyOrder])
def test_an_endless_file_stays_flat(
    blocks: type[LockStep] | type[AnyOrder], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the last block number."""
    monkeypatch.setattr(content, "MOST_KEPT", KEPT)
    kept = Content()
    mine = blocks(kept)
    for number in range(1, 0x10000 + 999):
        assert mine.store(number % 0x10000, BLOCK) == ""
    assert mine.held == (0x10000 + 998) * len(BLOCK)
    assert len(kept.kept) == KEPT
    held = [one for one in vars(mine).values() if isinstance(one, bytearray | bytes | dict)]
    assert sum(map(len, held)) == 0


@pytest.mark.parametrize("firmware", [IPXE, EDK2])
def test_a_boot_file_that_is_not_kept_is_known_by_its_beginning(
    firmware: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it is, its size and its hash are as of one that is."""
    files: dict[str, object] = {"files": {"*": {"size": 50_000}}}
    whole = boot(firmware, tftp=files)
    assert isinstance(whole.outcome, Booted)
    monkeypatch.setattr(content, "MOST_KEPT", KEPT)
    mine = boot(firmware, tftp=files)
    assert isinstance(mine.outcome, Booted)
    assert len(mine.outcome.content) <= KEPT
    assert told(mine) == told(whole)
    assert mine.outcome == replace(
        whole.outcome,
        content=whole.outcome.content[: len(mine.outcome.content)],
        whole=mine.outcome.whole,
    )


def told(trace: Trace) -> object:
    """What JSON says of the file, and of what was found."""
    found = as_json(trace, 0)
    return found["boot_file"], found["findings"]


def test_a_file_that_was_not_kept_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence says why, and the beginning of a file is nobody's file."""
    monkeypatch.setattr(content, "MOST_KEPT", 100)
    out = tmp_path / "nbp"
    result = run("boot", "-q", "-p", IPXE, "--save-file", str(out))
    assert result.exit_code == 3
    assert "is not written: of the boot file's" in result.stderr
    assert not out.exists()
