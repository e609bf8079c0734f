"""Annotations for GitHub: exactly ours, whatever a suite says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pxeclient.harmless import clean
from tests.cli.runner import run

SUITE = """\
title = "Mine"
profiles = ["ipxe", "vmware-e1000e"]
[network]
practice = "proxy-60-file-4011-dead"

[[cases]]
name = {name}
why = {why}
boots = "boot.0"
"""
ON = {"GITHUB_ACTIONS": "true"}
ORDER = re.compile(r"::error (?P<properties>[^:]*)::(?P<message>.*)")
COMMAND = re.compile(r"^\s*::|##\[|##vso\[|##teamcity\[", re.MULTILINE)
"""Where a CI service finds an order."""


def written(folder: Path, name: str = "boots", why: str = "Half of us are VMware's.") -> str:
    """The path of a suite whose one case VMware's ROM does not meet."""
    path = folder / "suite.toml"
    quoted = [
        json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f") for text in (name, why)
    ]
    path.write_text(SUITE.format(name=quoted[0], why=quoted[1]), encoding="utf-8")
    return str(path)


def read(line: str) -> dict[str, str]:
    """An annotation, read back as GitHub reads it."""
    found = ORDER.fullmatch(line)
    assert found is not None, line
    properties = dict(one.split("=", 1) for one in found["properties"].split(","))
    signs = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
    for name, value in {**properties, "message": found["message"]}.items():
        for code, sign in signs if name != "message" else (*signs[:2], signs[-1]):
            value = value.replace(code, sign)
        properties[name] = value
    return properties


def test_a_case_that_is_not_met(tmp_path: Path) -> None:
    """At its line of the suite, after everything else; only what is not met."""
    suite = written(tmp_path)
    plain = run("check", suite, env={"GITHUB_ACTIONS": ""})
    done = run("check", suite, env={**ON, "GITHUB_WORKSPACE": str(tmp_path)})
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.startswith(plain.stdout)
    [line] = done.stdout[len(plain.stdout) :].splitlines()
    found = read(line)
    assert (found["file"], found["line"]) == ("suite.toml", "6")
    assert found["title"] == "boots [vmware-e1000e]"
    why, expected, happened, finding, cure = found["message"].split("\n")
    assert why == "Half of us are VMware's."
    assert expected == "expected: boots boot.0"
    assert happened.startswith("happened: failed: PXE-E55: ")
    assert finding.startswith("D43-VMW: ")
    assert cure.startswith("What to change: Say that the boot file ")


def test_a_file_outside_of_what_is_checked_out(tmp_path: Path) -> None:
    """Is named as the user names it."""
    suite = written(tmp_path)
    (tmp_path / "other").mkdir()
    done = run("check", suite, env={**ON, "GITHUB_WORKSPACE": str(tmp_path / "other")})
    assert read(done.stdout.splitlines()[-1])["file"] == suite


@pytest.mark.parametrize("option", ["json", "tap"])
def test_standard_output_that_is_data_stays_so(tmp_path: Path, option: str) -> None:
    """GitHub reads standard error, too."""
    suite = written(tmp_path)
    plain = run("check", suite, "--report", f"{option}=-", env={"GITHUB_ACTIONS": ""})
    done = run("check", suite, "--report", f"{option}=-", env=ON)
    clock = re.compile(r'"(time|wall_seconds)": [^,\n]*')
    assert clock.sub("", done.stdout) == clock.sub("", plain.stdout)
    assert read(done.stderr.removesuffix("\n"))["line"] == "6"


@pytest.mark.parametrize(
    ("value", "options", "number"),
    [
        ("", (), 0), ("false", (), 0), ("1", (), 0), ("true", (), 1),
        ("true", ("--no-annotations",), 0), ("", ("--annotations",), 1),
    ],
)  # fmt: skip
def test_who_asks_for_them(
    tmp_path: Path, value: str, options: tuple[str, ...], number: int
) -> None:
    """GitHub, or the user; nobody else."""
    done = run("check", written(tmp_path), *options, env={"GITHUB_ACTIONS": value})
    assert len(COMMAND.findall(done.stdout)) == number


def test_the_starter_has_no_file_to_show(tmp_path: Path) -> None:
    """It is not among the user's."""
    done = run("check", "--starter", "--network", "proxy-60-file-4011-dead", env=ON)
    found = [read(line) for line in done.stdout.splitlines() if line.startswith("::")]
    assert found
    assert all(set(one) == {"title", "message"} for one in found)


def test_nothing_could_be_told(tmp_path: Path) -> None:
    """The step fails, so it is said why."""
    suite = tmp_path / "suite.toml"
    suite.write_text('[[cases]]\nname = "http"\nprobe = "http"\n', encoding="utf-8")
    done = run("check", str(suite), "--network", "silence", env=ON)
    assert done.exit_code == 1
    found = read(done.stdout.splitlines()[-1])
    assert found["title"] in ("No case can be told", "http [probe http]")


SIGNS = ":#[]%,=\n\r\tvsoteamcityerror 0DA\x1b\u2028\u202e\x85"
WORDS = st.text(st.sampled_from(SIGNS) | st.characters(codec="utf-8"), min_size=1, max_size=60)
FIXED = [
    "::error::x",
    "a\n::stop-commands::x",
    "##[error]x",
    "##vso[task.x]y",
    "##teamcity[x]",
    "%0A::error::x",
    "x,line=1::y",
    "a\r::add-mask::b",
    "\x1b[31m::x",
    "a\u2028::warning::",
]


def check_one(folder: Path, name: str, why: str) -> None:
    """One order, and it says what the suite says."""
    done = run("check", written(folder, name, why), env=ON)
    *before, last = done.stdout.removesuffix("\n").split("\n")
    assert not COMMAND.search("\n".join(before))
    assert COMMAND.match(last)
    assert not COMMAND.search(last, 2)
    assert last.isprintable()
    found = read(last)
    assert set(found) == {"file", "line", "title", "message"}
    assert found["line"] == "6"
    plain = " ".join(f"{clean(name)} [vmware-e1000e]".split())
    # What Azure or TeamCity would take for an order is not written as it is.
    assert found["title"].replace("<23>", "#") == plain.replace("<23>", "#")


@pytest.mark.parametrize("words", FIXED)
def test_a_suites_words_are_no_orders(tmp_path: Path, words: str) -> None:
    """Those that somebody would try."""
    check_one(tmp_path, f"x{words}", words)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(WORDS, WORDS)
def test_no_words_are_orders(tmp_path: Path, name: str, why: str) -> None:
    """Nor any others."""
    check_one(tmp_path, name, why)
