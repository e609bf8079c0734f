"""The reports of a boot on a real wire end with its deadline, and not with the boot's verdict."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pxeclient.cli import overdue
from pxeclient.link import card, packet
from tests.cli.runner import boot, run
from tests.cli.test_real_wire import Cable

REAL = ("-i", "c0")


@pytest.fixture(autouse=True)
def cable(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """No real interface; and the clock of the reports does not run, but is noted."""
    started: list[tuple[float, float]] = []
    monkeypatch.setattr(Cable, "opened", [], raising=False)
    monkeypatch.setattr(Cable, "network", "plain-dhcp", raising=False)
    monkeypatch.setattr(packet, "PacketLink", Cable)
    monkeypatch.setattr(card, "Card", OneCable)
    monkeypatch.setattr(signal, "setitimer", lambda which, *times: started.append(times))
    return started


class OneCable:
    """What stands in for the card of a table's machines."""

    def __init__(self, name: str) -> None:
        self._name = name

    @contextmanager
    def link(self, mac: bytes) -> Iterator[Cable]:
        """A cable for one of them."""
        yield Cable(self._name, mac)

    def close(self) -> None:
        """Nothing was opened."""


def late(*_given: object, **_named: object) -> None:
    """The time is over while this is made."""
    signal.raise_signal(signal.SIGALRM)


def test_the_clock_runs_until_some_time_after_the_deadline(
    cable: list[tuple[float, float]],
) -> None:
    """What is left of the deadline, and two minutes; then it is stopped."""
    boot(*REAL)
    (begun, again), (stopped, *_) = cable
    assert overdue.REPORTS + 590.0 < begun < overdue.REPORTS + 600.0
    assert (again, stopped) == (overdue.REPORTS, 0.0)


@pytest.mark.parametrize("without", [("--deadline", "none"), ()], ids=["no deadline", "practice"])
def test_without_a_deadline_it_does_not_run(
    cable: list[tuple[float, float]], without: tuple[str, ...]
) -> None:
    """Nobody asked for an end; or time is not real."""
    boot(*REAL, *without) if without else boot("--deadline", "100")
    assert cable == []


@pytest.mark.parametrize("options", [(), ("-q",), ("-v",)])
def test_a_boot_that_had_booted_has_booted(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    """However long its findings take."""
    monkeypatch.setattr("pxeclient.diagnose.diagnose", late)
    result = boot(*REAL, *options)
    assert result.exit_code == 0
    assert "■ Booted boot.0" in result.stdout
    assert result.stderr.splitlines()[-1] == "Out of time: not all that was found is told."


@pytest.mark.parametrize("what", ["-w", "--ladder"])
def test_a_file_that_is_not_there_shows_in_the_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, what: str
) -> None:
    """As of a deadline; the verdict stands."""
    for writer in ("pxeclient.capture.writing.write", "pxeclient.cli.keeping.draw"):
        monkeypatch.setattr(writer, late)
    path = tmp_path / ("x.pcapng" if what == "-w" else "x.txt")
    result = boot(*REAL, what, str(path))
    assert result.exit_code == 124
    assert "■ Booted boot.0" in result.stdout
    assert result.stderr.splitlines()[-1] == "Out of time: not all that was asked for is written."
    assert list(tmp_path.iterdir()) == []


def test_json_that_is_not_made_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No half of an object."""
    monkeypatch.setattr("pxeclient.report.as_json.as_json", late)
    result = boot(*REAL, "--json")
    assert (result.exit_code, result.stdout) == (124, "")


def test_the_signal_is_given_back() -> None:
    """Whoever calls us has a clock of his own."""
    before = signal.getsignal(signal.SIGALRM)
    boot(*REAL)
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_table_stands_though_its_advice_takes_too_long(
    monkeypatch: pytest.MonkeyPatch, cable: list[tuple[float, float]]
) -> None:
    """So does its status; the clock runs for what follows the table."""
    monkeypatch.setattr("pxeclient.matrix.advice.diagnose", late)
    result = run("matrix", *REAL, "-p", "ipxe")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("■ ")
    assert result.stderr.splitlines()[-1] == "Out of time: not all that was found is told."
    assert cable == [(overdue.REPORTS, overdue.REPORTS), (0.0,)]


@pytest.mark.parametrize("options", [("--network", "plain-dhcp"), (*REAL, "--deadline", "none")])
def test_a_table_without_a_deadline_has_all_the_time(
    cable: list[tuple[float, float]], options: tuple[str, ...]
) -> None:
    """Nobody asked for an end; or time is not real."""
    assert run("matrix", "-p", "ipxe", *options).exit_code == 0
    assert cable == []
