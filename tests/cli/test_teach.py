"""``pxeclient teach``: the list, the walk through a lesson, the page."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pxeclient.cli.teach import Walk
from pxeclient.teach import loading
from pxeclient.teach.taught import take
from tests.cli.runner import CHECKOUT, CONTROL, complaint, run, shell
from tests.processes import ended_in_time


def test_the_list_has_every_lesson() -> None:
    """In order, under its heading."""
    result = run("teach")
    assert result.exit_code == 0
    listed = re.findall(r"^  (\S+)", result.stdout, re.MULTILINE)
    assert listed == loading.names()
    assert "ProxyDHCP and port 4011" in result.stdout.splitlines()


def test_without_a_terminal_all_is_printed() -> None:
    """Every step in order, each answer after its question, and how it ended."""
    lesson = loading.load("bit-3")
    result = run("teach", "bit-3")
    assert result.exit_code == 0
    places = [result.stdout.index(f"of 4 · {step.title}") for step in lesson.steps[:3]]
    assert places == sorted(places)
    assert result.stdout.index("? Without 43.6") < result.stdout.index("→ It takes the file")
    assert "■ Booted boot.0 from 10.77.0.1" in result.stdout
    assert not CONTROL.search(result.stdout)


def test_another_firmware_has_its_own_steps() -> None:
    """The same network, other words, another end."""
    vmware, ipxe = run("teach", "proxy-dead"), run("teach", "proxy-dead", "-p", "ipxe")
    assert "■ PXE-E55" in vmware.stdout
    assert "■ Booted boot.0" in ipxe.stdout
    assert "VMware's ROM asks port 4011" not in ipxe.stdout
    assert "iPXE does not ask anybody" in ipxe.stdout


def test_a_page(tmp_path: Path) -> None:
    """Written whole, and nothing is printed."""
    path = tmp_path / "x.html"
    result = run("teach", "menu", "--html", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert text.endswith("</html>\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("bit-4",), "no lesson is called 'bit-4': did you mean 'bit-3'?"),
        (("menu", "-p", "ipxe"), "are written for vmware-e1000e; to see"),
        (("--html", "x.html"), "all lessons are a folder of pages; for one page name the lesson"),
        (("menu", "--html", "/"), "--html /: a lesson is one page; that is a folder"),
        (("-p", "ipxe", "--html", "x"), "--profile needs the name of a lesson"),
        (("-p", "ipxe"), "--profile needs the name of a lesson"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], words: str) -> None:
    """One sentence, status 2."""
    assert words in complaint(run("teach", *arguments), 2)


def test_all_lessons_as_a_folder(tmp_path: Path) -> None:
    """A page for each and the index, which is named; what was there beside them stays."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    (folder / "menu.html").write_text("old")
    result = run("teach", "--html", str(folder))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{len(loading.names())} lessons: {folder / 'index.html'}\n"
    pages = {f"{name}.html" for name in (*loading.names(), "index")}
    assert {path.name for path in folder.iterdir()} == {*pages, "mine.txt"}
    assert (folder / "menu.html").read_text(encoding="utf-8").endswith("</html>\n")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """Said before a lesson is taken; and no link of a stranger's is followed."""
    (tmp_path / "file").write_text("")
    assert "it is no folder" in complaint(run("teach", "--html", str(tmp_path / "file")), 3)
    deep = tmp_path / "none" / "site"
    assert "there is no folder" in complaint(run("teach", "--html", str(deep)), 3)
    assert not deep.parent.exists()


def test_a_page_that_cannot_be_written(tmp_path: Path) -> None:
    """Status 3, and the file is named."""
    result = run("teach", "menu", "--html", str(tmp_path / "none" / "x.html"))
    assert result.exit_code == 3
    assert "cannot write" in result.stderr


class Keys:
    """Somebody at a keyboard, who sees what is shown."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *pressed: str) -> None:
        self._capsys = capsys
        self._pressed = list(pressed)
        self.pages: list[str] = []
        """What was shown before each key, and after the last."""

    def read(self) -> str:
        """The next key."""
        self.pages.append(self._capsys.readouterr().out)
        assert self._pressed, "it asks for more keys than were to be pressed"
        return self._pressed.pop(0)

    def walk(self, name: str) -> list[str]:
        """Go through a lesson with these keys; none may be left over."""
        Walk(take(loading.load(name)), self.read).go()
        self.pages.append(self._capsys.readouterr().out)
        assert self._pressed == []
        return self.pages


RIGHT, LEFT, DOWN, UP = "\x1b[C", "\x1b[D", "\x1b[B", "\x1b[A"


def test_the_walk(capsys: pytest.CaptureFixture[str]) -> None:
    """Enter and arrows go on and back, a question's answer comes first, other keys do nothing."""
    keys = Keys(capsys, "\r", "n", RIGHT, "x", LEFT, DOWN, UP, "q")
    cover, first, answer, second, nothing, again, answered, back, last = keys.walk("bit-3")
    assert "Why bit 3 matters" in cover
    assert "1 of 4" in first
    assert "[Enter] answer" in first
    assert "→" not in first
    assert "→ It takes the file" in answer
    assert "2 of 4" in second
    assert nothing == ""
    assert "1 of 4" in again
    assert "→ It takes the file" in answered
    assert "Why bit 3 matters" in back
    assert last.strip() == ""


def test_the_walk_to_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    """The last page ends it by itself; back from the cover is the cover."""
    pages = Keys(capsys, "b", *" " * 6).walk("no-file")
    assert "An address, but nothing to boot" in pages[1]
    assert "■ PXE-E53" in pages[-1]
    assert "See it all:  pxeclient boot -p vmware-e1000e" in pages[-1]


def test_ctrl_c_ends_it(capsys: pytest.CaptureFixture[str]) -> None:
    """As q does."""

    def interrupted() -> str:
        raise KeyboardInterrupt

    Walk(take(loading.load("no-file")), interrupted).go()
    assert "1 of 4" not in capsys.readouterr().out


def test_a_keyboard_that_is_gone(capsys: pytest.CaptureFixture[str]) -> None:
    """Ends it with a sentence."""

    def at_its_end() -> str:
        raise EOFError

    Walk(take(loading.load("no-file")), at_its_end).go()
    shown = capsys.readouterr()
    assert "1 of 4" not in shown.out
    assert shown.err == "Nobody is there to press a key: the lesson ends here (--all prints it).\n"


@pytest.mark.parametrize("where", ["<&-", "</dev/null"])
def test_without_standard_input(where: str) -> None:
    """All is printed, as wherever there is no terminal."""
    done = shell(f"$PXECLIENT teach bit-3 {where}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == shell("$PXECLIENT teach bit-3 --all").stdout


def test_on_a_terminal_it_waits_for_keys() -> None:
    """A real one: nothing but the cover is shown until a key comes, and q ends it."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "pxeclient", "teach", "bit-3"]
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    with (
        subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=CHECKOUT, env=environment
        ) as running,
        ended_in_time(running),
    ):
        os.close(theirs)
        shown = b""
        while b"[q] quit" not in shown:
            shown += os.read(ours, 65536)
        # A key that comes before the terminal is set to single keys is lost, so again and again.
        while running.poll() is None:
            os.write(ours, b"q")
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(0.2)
        os.close(ours)
    assert running.returncode == 0
    assert b"1 of 4" not in shown
