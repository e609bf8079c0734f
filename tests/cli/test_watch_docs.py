"""What docs/reference/watch.md says for operations, and the unit beside it, are what there is."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pxeclient.cli.watch import watch
from pxeclient.cli.watch_command import LONGEST, MOST_WAITING
from pxeclient.cli.watch_operations import FILES, MEGABYTES
from pxeclient.watch.board import Board
from pxeclient.watch.counting import Counts
from pxeclient.watch.facts import RESULTS, facts
from tests.watch.boots import ended

DOCS = Path(__file__).parents[2] / "docs" / "reference"
PAGE = (DOCS / "watch.md").read_text(encoding="utf-8")
UNIT = (DOCS / "watch.service").read_text(encoding="utf-8")


def test_every_variable_is_told() -> None:
    """And no other."""
    variables = facts(ended("ipxe", "plain-dhcp")).variables("", None)
    assert set(re.findall(r"`(PXECLIENT_\w+)`", PAGE)) == set(variables)


def test_every_count_is_told() -> None:
    """And no other."""
    text = Counts().text(Board(), 0, 0)
    assert set(re.findall(r"`(pxeclient_watch_\w+)`", PAGE)) == set(
        re.findall(r"^# TYPE (\S+)", text, re.M)
    )
    assert all(f"`{result}`" in PAGE for result in RESULTS)


def test_bounds_are_those_of_the_program() -> None:
    """As numbers."""
    for words in (f"latest {FILES} ", f"{MEGABYTES} MB", f"to {MOST_WAITING} of", f"{LONGEST:g} s"):
        assert words in " ".join(PAGE.split())


def test_the_units_command_is_one() -> None:
    """With options that exist."""
    [command] = re.findall(r"^ExecStart=\S+ watch (.*)", UNIT, re.M)
    known = {name for option in watch.params for name in option.opts}
    assert set(re.findall(r"(?<!\S)--?[a-z-]+", command)) <= known


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    """As far as it can be tried without being started; the program is one that is there."""
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here")
    unit = tmp_path / "watch.service"
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT, flags=re.M))
    done = subprocess.run(
        [analyze, "verify", "--man=no", unit], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
