"""The reports of a boot on a real wire end with its deadline, and not with the boot's verdict."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import Result

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

    was_doubled = False

    @contextmanager
    def link(self, mac: bytes, beside: Sequence[bytes] = ()) -> Iterator[Cable]:
        """A cable for one of them, or for several."""
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


@pytest.mark.parametrize(
    ("slow", "left_out"),
    [(("diagnose",), ["findings"]), (("diagnose", "_events"), ["findings", "events"]), ((), [])],
)
@pytest.mark.parametrize("command", ["boot", "lab"])
def test_json_has_all_that_there_is_time_for(
    monkeypatch: pytest.MonkeyPatch, command: str, slow: tuple[str, ...], left_out: list[str]
) -> None:
    """And says what is left out; what came of the boot is there, and so is its status."""
    for name in slow:
        monkeypatch.setattr(f"pxeclient.report.as_json.{name}", late)
    result = boot(*REAL, "--json") if command == "boot" else lab_run(monkeypatch, "--json")
    whole = json.loads(result.stdout)
    (told,) = [whole] if command == "boot" else whole["boots"]
    assert (result.exit_code, told["exit_code"], told["result"]) == (0, 0, "booted")
    assert told["left_out"] == left_out
    assert not any(told[part] for part in left_out)
    assert told["boot_file"]["name"] == "boot.0"
    assert bool(told["events"]) is ("events" not in left_out)
    assert result.stderr.count("Out of time: not all that was found is told.") == len(slow)


def test_the_last_of_the_lines_of_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """The events were written while it went on; what came of it is told without the findings."""
    monkeypatch.setattr("pxeclient.report.as_json.diagnose", late)
    result = boot(*REAL, "--jsonl")
    last = json.loads(result.stdout.splitlines()[-1])
    assert (last["event"], last["result"], last["exit_code"]) == ("end", "booted", 0)
    assert (last["findings"], last["left_out"]) == ([], ["findings"])


def test_a_table_for_programs_without_its_findings(
    monkeypatch: pytest.MonkeyPatch, cable: list[tuple[float, float]]
) -> None:
    """The rows are there, and so is the status."""
    monkeypatch.setattr("pxeclient.matrix.advice.diagnose", late)
    result = run("matrix", *REAL, "-p", "ipxe", "--json")
    whole = json.loads(result.stdout)
    assert (result.exit_code, whole["exit_code"], whole["all_boot"]) == (0, 0, True)
    assert (whole["findings"], whole["left_out"]) == ([], ["findings"])
    assert [row["result"] for row in whole["rows"]] == ["booted"]
    assert result.stderr.splitlines()[-1] == "Out of time: not all that was found is told."
    assert cable[:2] == [(overdue.REPORTS, overdue.REPORTS), (0.0,)]


def test_a_table_for_programs_says_that_all_is_there() -> None:
    """Nothing was left out."""
    assert json.loads(run("matrix", *REAL, "-p", "ipxe", "--json").stdout)["left_out"] == []


@pytest.mark.parametrize("command", ["matrix", "lab", "check"])
def test_what_is_kept_and_not_written_in_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    """What was told stands; the status says that the files are not there."""
    monkeypatch.setattr("pxeclient.cli.artifacts.Wanted.write", late)
    keep = ("--artifacts", str(tmp_path / "kept"), "--artifacts-all")
    match command:
        case "matrix":
            result, last = run("matrix", *REAL, "-p", "ipxe", *keep), "■ 1 machine: 1 boot"
        case "lab":
            result, last = lab_run(monkeypatch, *keep), "■ Booted boot.0"
        case _:
            suite = suite_of(tmp_path, '[[cases]]\nname = "boots"\nboots = true\n')
            result, last = run("check", str(suite), *REAL, *keep), "■ 1 met"
    assert last in result.stdout
    assert result.exit_code == 124
    assert result.stderr.splitlines()[-1] == "Out of time: not all that was asked for is written."


CASES = """
[[cases]]
name = "boots"
boots = true

[[cases]]
name = "finds nothing"
no-finding = "D60"

[[cases]]
name = "finds something"
finding = "D60"

[[cases]]
name = "probe"
probe = "replies"
"""
MET, NOT_MET, UNKNOWN = "met", "not-met", "cannot-tell"


def suite_of(folder: Path, cases: str, profile: str = "ipxe") -> Path:
    """A suite for a firmware."""
    path = folder / "suite.toml"
    path.write_text(f'profiles = ["{profile}"]\n{cases}')
    return path


@pytest.mark.parametrize(
    ("slow", "statuses", "status"),
    [
        ("", (MET, MET, NOT_MET, MET), 1),
        ("running.diagnose", (MET, UNKNOWN, UNKNOWN, UNKNOWN), 124),
        ("running.scene", (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN), 1),
        ("running.judge", (UNKNOWN, UNKNOWN, UNKNOWN, MET), 124),
        ("running.judge_findings", (MET, MET, NOT_MET, UNKNOWN), 1),
        ("probing.diagnose", (MET, MET, NOT_MET, UNKNOWN), 1),
    ],
)
def test_a_case_that_is_not_judged_in_time(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    slow: str,
    statuses: tuple[str, ...],
    status: int,
) -> None:
    """It is neither met nor not met; what was judged stands, and the status is not 0."""
    if slow:
        monkeypatch.setattr(f"pxeclient.check.{slow}", late)
    result = run("check", str(suite_of(tmp_path, CASES)), *REAL, "--json")
    whole = json.loads(result.stdout)
    assert tuple(one["status"] for one in whole["results"]) == statuses
    assert (result.exit_code, whole["exit_code"]) == (status, status)
    for one in whole["results"]:
        if one["status"] == UNKNOWN:
            happened = [point["happened"] for point in one["points"]]
            assert (happened, one["findings"]) == (["there was no time left to judge it"], [])
    number = statuses.count(UNKNOWN)
    how_many = "one result is" if number == 1 else f"{number} results are"
    told = f"Out of time: {how_many} not judged."
    assert result.stderr.splitlines()[-1:] == ([told] if slow else [])


def test_the_reason_stands_below_the_case(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cable: list[tuple[float, float]]
) -> None:
    """For people, too; and each boot has the time anew."""
    monkeypatch.setattr("pxeclient.check.running.diagnose", late)
    result = run("check", str(suite_of(tmp_path, CASES)), *REAL, "--case", "finds nothing")
    assert "    cannot tell: there was no time left to judge it" in result.stdout.splitlines()
    assert cable == [(overdue.REPORTS, overdue.REPORTS), (0.0,)] * 3  # the scene, findings, files


def test_a_stranger_whose_file_is_not_compared_in_time(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What would be found beside another machine's boot is not known either."""
    monkeypatch.setattr("pxeclient.check.running.diagnose_beside", late)
    cases = '[[cases]]\nname = "M"\nno-finding = "M-HOST"\n\n[[cases]]\nname = "B"\nboots = true\n'
    path = suite_of(tmp_path, cases, "edk2")  # which cannot run the file of that network
    found = json.loads(run("check", str(path), *REAL, "--json").stdout)["results"]
    assert [one["status"] for one in found] == [UNKNOWN, NOT_MET]


def test_a_practice_network_has_all_the_time(
    tmp_path: Path, cable: list[tuple[float, float]]
) -> None:
    """Its time is not real."""
    run("check", str(suite_of(tmp_path, CASES)), "--network", "plain-dhcp")
    assert cable == []


def lab_run(monkeypatch: pytest.MonkeyPatch, *options: str) -> Result:
    """`lab run` with the practice network in place of the lab."""
    monkeypatch.setattr("pxeclient.cli.lab.open_lab", no_lab)
    return run("lab", "run", "-p", "ipxe", *options, "--", "server")


@contextmanager
def no_lab(address: str, tap: bool, **_: object) -> Iterator[NoLab]:
    """What stands in for a lab."""
    yield NoLab()


class NoLab:
    """A lab whose server is the practice network's."""

    kind, address = "lab", "10.77.0.1"

    def start(self, command: Sequence[str], ready: str | None) -> SimpleNamespace:
        """It runs already."""
        return SimpleNamespace(name=command[0], returncode=None, log="")

    @contextmanager
    def link(self, mac: bytes) -> Iterator[Cable]:
        """A machine's."""
        yield Cable("c0", mac)

    def logs(self) -> list[tuple[str, str]]:
        """It says nothing."""
        return []


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
    assert cable == [(overdue.REPORTS, overdue.REPORTS), (0.0,)] * 2  # the advice, and the files


@pytest.mark.parametrize("options", [("--network", "plain-dhcp"), (*REAL, "--deadline", "none")])
def test_a_table_without_a_deadline_has_all_the_time(
    cable: list[tuple[float, float]], options: tuple[str, ...]
) -> None:
    """Nobody asked for an end; or time is not real."""
    assert run("matrix", "-p", "ipxe", *options).exit_code == 0
    assert cable == []
