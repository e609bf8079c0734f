"""Every recording is in order: its network is played, its outcome is what its capture shows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.record.stored import CAPTURES, CARRIED, SHARED, recordings, scenario_of
from tools.record.verify import equal, verify

ALL = recordings(CAPTURES)
PLAIN = CAPTURES / "ovmf-virtio" / "plain-dhcp-bootfile"


@pytest.mark.parametrize("recording", ALL, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_recording_is_in_order(recording: Path) -> None:
    """Its network is one that practice plays, or has what practice says that it does not play."""
    verdict = verify(recording)
    assert verdict.faults == ()
    assert set(verdict.beyond) <= {"hosts", "http"}


def test_nearly_all_are_played_by_practice() -> None:
    """Only real servers and HTTP are beyond it."""
    beyond = [recording for recording in ALL if verify(recording).beyond]
    assert len(ALL) >= 318
    assert len(beyond) <= 21


def test_each_scenario_lies_once() -> None:
    """No recording has a copy, no text lies twice, and each is some recording's or a network."""
    files = [*(CAPTURES / SHARED).iterdir(), *CARRIED.iterdir()]
    texts = [path.read_bytes() for path in files]
    assert len(set(texts)) == len(texts)
    used = {scenario_of(recording) for recording in ALL}
    assert {path.parent for path in used} == {CAPTURES / SHARED, CARRIED}
    assert set(files) == used


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A recording of one's own, with its scenario beside it."""
    made = tmp_path / "ovmf-virtio" / PLAIN.name
    shutil.copytree(PLAIN, made)
    shutil.copyfile(scenario_of(PLAIN), made / "scenario.json")
    return made


def change(path: Path, how: Callable[[Any], None]) -> None:
    """Rewrite a JSON file."""
    table = json.loads(path.read_text())
    how(table)
    path.write_text(json.dumps(table))


def test_a_copy_is_in_order_too(copy: Path) -> None:
    """Wherever it lies."""
    assert verify(copy).faults == ()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("bootfile", "other.0", "bootfile is 'other.0' in outcome.json, 'dhcp-file.0'"),
        ("request_times", [3.9], "request_times is [3.9] in outcome.json, [3.79]"),
        ("proxy_request_sent", True, "proxy_request_sent is True"),
        ("result", "perhaps", "the result 'perhaps' is none of booted, failed"),
        ("firmware", "ovmf-e1000", "outcome.json is of the firmware ovmf-e1000"),
        ("scenario", "proxy-60-file", "outcome.json is of the scenario proxy-60-file"),
    ],
)
def test_a_wrong_claim_is_found(copy: Path, key: str, value: object, words: str) -> None:
    """What outcome.json says must be what the capture shows."""
    change(copy / "outcome.json", lambda table: table.__setitem__(key, value))
    (fault,) = verify(copy).faults
    assert words in fault


def test_a_missing_claim_is_found(copy: Path) -> None:
    """No key may be left out."""
    change(copy / "outcome.json", lambda table: table.pop("rrqs"))
    assert verify(copy).faults == ("outcome.json has no 'rrqs'",)


def test_a_scenario_that_cannot_be_played_is_found(copy: Path) -> None:
    """The practice network's own words tell why."""
    change(copy / "scenario.json", lambda table: table["servers"][0].__setitem__("ip", "10.77"))
    (fault,) = verify(copy).faults
    assert "'10.77' is not an IPv4 address" in fault


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (
            lambda servers: servers[0]["bootp"][0]["replies"][0].__setitem__("file", "x"),
            "the practice network's DHCP reply 1 is another than the recorded one",
        ),
        (
            lambda servers: servers[0]["bootp"][1].__setitem__("replies", []),
            "the practice network sends 1 DHCP replies, recorded were 2",
        ),
    ],
)
def test_another_scenario_is_found(copy: Path, how: Callable[[Any], None], words: str) -> None:
    """It was recorded with other servers."""
    change(copy / "scenario.json", lambda table: how(table["servers"]))
    assert verify(copy).faults == (words,)


def test_no_scenario_is_found(copy: Path) -> None:
    """Nothing says what the servers did."""
    (copy / "scenario.json").unlink()
    renamed = copy.rename(copy.with_name("of-no-name"))
    assert any("has no scenario" in fault for fault in verify(renamed).faults)


def test_a_capture_that_breaks_off_is_found(copy: Path) -> None:
    """It would tell less than there was."""
    capture = copy / "capture.pcap"
    capture.write_bytes(capture.read_bytes()[:-7])
    assert any("breaks off" in fault for fault in verify(copy).faults)


def test_frames_less_is_found(copy: Path) -> None:
    """A capture that lost the end of a boot is not that boot's."""
    capture = copy / "capture.pcap"
    capture.write_bytes(capture.read_bytes()[:24])
    assert verify(copy).faults


def test_times_may_differ_by_a_hundredth() -> None:
    """A half is rounded up or down."""
    assert equal([1.0, {"t": 2.5}], [1.01, {"t": 2.5}])
    assert not equal([1.0], [1.02])
    assert not equal([1.0], [1.0, 1.0])
    assert not equal(True, 1)
    assert not equal({"a": 1}, {"b": 1})
