"""Pages of the manual: one for each command, which `man` shows without a complaint."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.man import pages, write

PAGES = dict(pages())


def test_there_is_a_page_for_each_command() -> None:
    """Those inside of others too, and one for all."""
    wanted = {"pxeclient", "pxeclient-boot", "pxeclient-lab-run", "pxeclient-profiles-show"}
    assert {f"{name}.1" for name in wanted} <= set(PAGES)


def test_a_page_says_what_help_says() -> None:
    """Name, usage, options, statuses, and where there is more."""
    text = PAGES["pxeclient-boot.1"]
    sections = [line[4:] for line in text.splitlines() if line.startswith(".SH ")]
    assert sections == [
        "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO",
    ]  # fmt: skip
    assert "pxeclient\\-boot \\- Boot one machine, and say why it boots or does not\n" in text
    assert ".B \\-p, \\-\\-profile" in text
    assert "124     the deadline passed" in text


@pytest.mark.skipif(shutil.which("groff") is None, reason="no groff")
def test_groff_has_no_complaint(tmp_path: Path) -> None:
    """About any of them; no line begins with what it takes for a request."""
    paths = write(tmp_path)
    command = ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("man") is None, reason="no man")
def test_man_shows_a_page(tmp_path: Path) -> None:
    """As a reader sees it."""
    write(tmp_path)
    done = subprocess.run(
        ["man", "-l", str(tmp_path / "pxeclient-lab-run.1")],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        env={"MANWIDTH": "80", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    assert "pxeclient lab run [OPTIONS] COMMAND..." in done.stdout
    assert "--dhcp-range=10.77.0.50,10.77.0.99 \\" in done.stdout
