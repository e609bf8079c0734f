"""`pxeclient check`: what it is given, what it prints and writes, and its exit status."""

from __future__ import annotations

import json
import weakref
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pxeclient.check.probes import PROBES
from pxeclient.check.reading import STARTER, load
from pxeclient.trace import Trace
from tests.cli.runner import complaint, run

GOOD = """
title = "Mine"
profiles = ["ipxe", "vmware-e1000e"]
[network]
practice = "plain-dhcp"
[[cases]]
name = "boots"
boots = "boot.0"
[[cases]]
name = "no-4011"
asks-4011 = false
"""
BAD = GOOD.replace("plain-dhcp", "proxy-60-file-4011-dead")


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A suite that is met."""
    return written(tmp_path, GOOD)


@pytest.fixture
def bad(tmp_path: Path) -> str:
    """A suite that one of its machines does not meet."""
    return written(tmp_path, BAD)


def written(folder: Path, text: str) -> str:
    """The path of a suite with that text."""
    path = folder / "suite.toml"
    path.write_text(text)
    return str(path)


def test_a_suite_that_is_met(good: str) -> None:
    """A line for each case, and status 0."""
    done = run("check", good)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "Mine, on practice network plain-dhcp",
        "✓ boots    ipxe, vmware-e1000e",
        "✓ no-4011  ipxe, vmware-e1000e",
        "■ 4 met, 0 not met, 0 cannot be told",
    ]
    assert done.stderr == ""


def test_a_suite_that_is_not_met(bad: str) -> None:
    """Status 1; what was expected, what happened, and what is wrong with the servers."""
    done = run("check", bad)
    assert done.exit_code == 1
    assert "✗ boots    ipxe, vmware-e1000e\n  vmware-e1000e\n" in done.stdout
    assert "▲ D43-VMW: " in done.stdout
    verdict = done.stdout[done.stdout.index("■") :].splitlines()
    assert verdict[0] == "■ 2 met, 2 not met, 0 cannot be told"
    assert verdict[1] == "  Case  boots [vmware-e1000e]"
    assert verdict[-1] == "  Also  no-4011"


def test_nobody_answers(tmp_path: Path) -> None:
    """Where nothing can be told, nothing has been shown to work: status 1."""
    suite = written(tmp_path, GOOD.replace("plain-dhcp", "silence").split("[[cases]]")[0] + (
        '[[cases]]\nname = "a"\nno-finding = "D60"\n'))  # fmt: skip
    done = run("check", suite)
    assert done.exit_code == 1
    assert "    cannot tell: no server answered" in done.stdout


def test_the_command_line_chooses_network_profiles_and_cases(good: str) -> None:
    """The suite's own network and profiles give way."""
    wanted = ("--network", "proxy-60-file-4011-dead", "--profile", "edk2", "--case", "no-*")
    done = run("check", good, *wanted)
    assert done.exit_code == 1
    assert done.stdout.splitlines()[1] == "✗ no-4011  edk2"
    assert "boots " not in done.stdout


def test_a_scenario_beside_the_suite(tmp_path: Path) -> None:
    """`practice` may be a file, found from the suite's folder."""
    (tmp_path / "mine.toml").write_text('servers = []\ntitle = "nobody"\n')
    suite = written(tmp_path, GOOD.replace("plain-dhcp", "mine.toml").replace('"boot.0"', "false"))
    done = run("check", suite)
    assert done.exit_code == 0, done.output
    assert "on practice network mine.toml" in done.stdout


def test_json(bad: str) -> None:
    """One object, and nothing else, on standard output."""
    done = run("check", bad, "--json")
    found = json.loads(done.stdout)
    assert found["schema"] == "pxeclient-check/2"
    assert found["exit_code"] == done.exit_code == 1
    assert [result["subject"] for result in found["results"]] == ["ipxe", "vmware-e1000e"] * 2


def test_tap(bad: str) -> None:
    """TAP, and nothing else, on standard output."""
    lines = run("check", bad, "--report", "tap=-").stdout.splitlines()
    assert lines[:4] == [
        "TAP version 13",
        "1..4",
        "ok 1 - boots [ipxe]",
        "not ok 2 - boots [vmware-e1000e]",
    ]


def test_junit_beside_the_table(bad: str, tmp_path: Path) -> None:
    """The file is written besides what is printed."""
    path = tmp_path / "out" / "junit.xml"
    path.parent.mkdir()
    done = run("check", bad, "--report", f"junit={path}")
    assert done.exit_code == 1
    assert done.stdout.startswith("Mine, on ")
    suite = ElementTree.parse(path).getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("4", "2")
    assert [entry.name for entry in path.parent.iterdir()] == ["junit.xml"]


def test_a_file_that_cannot_be_written_is_told_before_anything_is_asked(good: str) -> None:
    """Status 3, and no table."""
    said = complaint(run("check", good, "--report", "junit=/nowhere/junit.xml"), 3)
    assert said == "cannot write /nowhere/junit.xml: there is no folder /nowhere"


def test_githubs_summary_is_appended_to(bad: str, tmp_path: Path) -> None:
    """What other steps wrote stays."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    run("check", bad, env={"GITHUB_STEP_SUMMARY": str(summary)})
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n### Mine\n")
    assert "| ✗ | boots | vmware-e1000e | boots boot.0 | failed: PXE-E55: " in text.replace(
        "\\", ""
    )


def test_githubs_summary_that_cannot_be_written(good: str, tmp_path: Path) -> None:
    """Status 3: CI would show nothing."""
    done = run("check", good, env={"GITHUB_STEP_SUMMARY": str(tmp_path)})
    assert done.exit_code == 3
    assert f"cannot write {tmp_path}: Is a directory" in done.stderr


def test_the_starter_is_printed_to_be_changed(tmp_path: Path) -> None:
    """As it is printed it can be read again."""
    done = run("check", "--starter")
    assert done.exit_code == 0
    path = Path(written(tmp_path, done.stdout))
    assert load(path) == load(STARTER)


def test_the_starter_before_servers_without_a_fault() -> None:
    """Twenty cases in virtual time; HTTP boot is not served there."""
    done = run("check", "--starter", "--network", "proxy-60-file-bit3")
    assert done.exit_code == 0
    assert " 0 not met, " in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("network", "case"),
    [
        ("proxy-60-file-4011-dead", "D43-VMW"),
        ("samehost-60-only-4011-dead", "D60"),
        ("no-next-server", "B-NEXT"),
    ],
)
def test_the_starter_before_servers_with_one(network: str, case: str) -> None:
    """The case of that name is not met."""
    done = run("check", "--starter", "--network", network)
    assert done.exit_code == 1
    assert any(line.startswith(f"✗ {case} ") for line in done.stdout.splitlines())


def test_the_probes_are_listed() -> None:
    """Each with what it looks at."""
    lines = run("check", "--probes").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(PROBES)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give a suite, or --starter for the built-in one"),
        (("--starter", "x.toml"), "give a suite, or --starter for the built-in one"),
        (("none.toml",), "none.toml: cannot be read: No such file or directory"),
        (("--starter", "--report", "tap=-", "--json"), "for one report, not for tap and json"),
        (
            ("--starter", "-i", "lo", "--network", "menu"),
            "--interface and --network exclude each other: choose one network",
        ),
        (
            ("--starter", "--network", "mneu"),
            "there is no practice network 'mneu': did you mean 'menu'",
        ),
        (("--starter", "--network", "menu", "--case", "X"), "--case X: there is none; there are"),
        (("--starter", "--network", "menu", "-p", "x"), "no profile is called 'x'"),
        (("--starter", "--server", "'"), '--server "\'": No closing quotation'),
        (("--starter", "--server", " "), "--server: the command is empty"),
    ],
)
def test_wrong_usage_is_a_sentence(arguments: tuple[str, ...], said: str) -> None:
    """Status 2, before anything is asked of anybody."""
    done = run("check", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_suite_without_a_network(tmp_path: Path) -> None:
    """It says what may be added, and where."""
    suite = written(tmp_path, GOOD.replace('[network]\npractice = "plain-dhcp"', ""))
    assert "does not say where the servers are: add [network], or" in complaint(
        run("check", suite), 2
    )


def test_an_interface_that_does_not_exist() -> None:
    """The environment: status 3."""
    done = run("check", "--starter", "-i", "no-such-if0")
    assert done.exit_code == 3
    assert "no-such-if0" in done.stderr


@pytest.mark.parametrize(("keeps", "most"), [(False, 3), (True, 5)])
def test_what_nobody_wants_to_see_again_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keeps: bool, most: int
) -> None:
    """In a flood a probe's trace is large: it does not stay until the end."""
    begun: list[weakref.ref[Trace]] = []
    alive: list[int] = []

    class Watched(Trace):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            begun.append(weakref.ref(self))
            alive.append(sum(one() is not None for one in begun))

    monkeypatch.setattr("pxeclient.check.running.Trace", Watched)
    probes = ("replies", "tftp-source", "tftp-size", "port-4011", "machine-id")
    cases = (f'[[cases]]\nname = "{one}"\nprobe = "{one}"\n' for one in probes)
    suite = written(tmp_path, '[network]\npractice = "plain-dhcp"\n' + "".join(cases))
    html = ("--html", str(tmp_path / "page.html")) if keeps else ()
    run("check", suite, *html)
    assert (len(begun), max(alive)) == (5, most)
