"""The line at the bottom of a terminal: when it is there, and that nothing is left of it."""

from __future__ import annotations

import io
import re
import sys

import pytest

from pxeclient.cli import live
from pxeclient.cli.live import LiveLine, Silences, Ticking, can_show
from pxeclient.cli.streams import harmless
from pxeclient.link.simulated import SimulatedLink
from tests.boots import link_to
from tests.cli.runner import IPXE, VMWARE, boot, process
from tests.cli.test_coloring import Terminal
from tests.cli.test_streams import on_a_terminal

ERASE = "\r\x1b[K"


def on(monkeypatch: pytest.MonkeyPatch, columns: int = 40) -> Terminal:
    """Standard error as a terminal of that width, until the test's end."""
    found = Terminal()
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    return found


def screen(text: str) -> list[str]:
    """What stands on a terminal after that, line by line."""
    lines = [""]
    for part in re.split("(\r|\n|\x1b\\[K)", text):
        if part == "\n":
            lines.append("")
        elif part in ("\r", "\x1b[K"):
            lines[-1] = ""  # they come together only
        else:
            lines[-1] += part
    return lines


def test_it_comes_changes_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one row."""
    terminal = on(monkeypatch)
    line = LiveLine()
    line.show("second DHCPDISCOVER, 2 s")
    assert screen(terminal.getvalue()) == ["second DHCPDISCOVER, 2 s"]
    line.show("3 s")
    assert screen(terminal.getvalue()) == ["3 s"]
    line.hide()
    assert screen(terminal.getvalue()) == [""]
    before = terminal.getvalue()
    line.hide()
    assert terminal.getvalue() == before


@pytest.mark.parametrize("length", [38, 39, 40, 400])
def test_it_never_wraps(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    """A row that was wrapped could not be taken away."""
    terminal = on(monkeypatch)
    LiveLine().show("x" * length)
    [shown] = screen(terminal.getvalue())
    assert len(shown) == min(length, 39)


def test_it_goes_through_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """As all output: no sign of a server's moves the cursor, and no line is an order."""
    terminal = on(monkeypatch)
    with harmless():
        line = LiveLine()
        line.show("\x1b[2J\x1b]0;x\x07 ::error::x")
        line.hide()
        sys.stderr.write("::error::y\n")
    shown = terminal.getvalue()
    assert not re.search(r"\x1b(?!\[K)", shown)
    assert not re.search(r"(^|[\r\n]|\x1b\[K)\s*::error", shown)


@pytest.mark.parametrize(("name", "expected"), [("xterm", True), ("dumb", False)])
def test_a_terminal_that_can_take_it_away(
    monkeypatch: pytest.MonkeyPatch, name: str, expected: bool
) -> None:
    """A dumb one cannot, and a pipe is none."""
    on(monkeypatch)
    monkeypatch.setenv("TERM", name)
    assert can_show() is expected
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert can_show() is False


def _silence() -> SimulatedLink:
    return link_to("silence")


@pytest.mark.parametrize(("scale", "count"), [(1.0, 10), (0.1, 1), (10.0, 100)])
def test_ticks_while_nothing_comes(scale: float, count: int) -> None:
    """Once for each second that passes outside, and the wait is as long as it was."""
    ticks: list[float] = []
    inside = _silence()
    link = Ticking(inside, lambda: ticks.append(inside.now()), scale)
    begin = link.now()
    assert link.receive(begin + 10.05) is None
    assert link.now() == pytest.approx(begin + 10.05)
    assert len(ticks) == count
    assert ticks == sorted(ticks)


def test_no_tick_in_what_is_short() -> None:
    """A wait that ends before."""
    ticks: list[int] = []
    link = Ticking(_silence(), lambda: ticks.append(1))
    assert link.receive(link.now() + 0.5) is None
    assert ticks == []


def test_ticks_go_on_among_frames_of_others() -> None:
    """A busy network is a silence, too, for who waits for an offer."""

    class Busy(SimulatedLink):
        at = 0.0

        def __init__(self) -> None:
            pass

        def now(self) -> float:
            return self.at

        def receive(self, until: float) -> bytes | None:
            self.at = min(until, self.at + 0.03)
            return b"x" * 60

    ticks: list[int] = []
    link = Ticking(Busy(), lambda: ticks.append(1))
    while link.now() < 5.01:
        link.receive(100.0)
    assert len(ticks) == 5


def test_silences_are_said_of_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the machine's name where there are several; nothing just after something else."""
    terminal = on(monkeypatch, 80)
    from pxeclient.boots.boot import Wire
    from pxeclient.boots.boot import boot as boot_it
    from tests.boots import profile

    clock = [100.0]
    monkeypatch.setattr(live, "steady_seconds", lambda: clock[0])
    told = Silences(LiveLine(), is_named=True)
    wire = Wire(Ticking(_silence(), told.tick), "here")
    found = profile(VMWARE)
    boot_it(found, found.machine, wire, watch=told)
    shown = terminal.getvalue()
    assert f"{ERASE}vmware-e1000e: second DHCPDISCOVER, 4 s, no offer yet" in shown
    assert shown.endswith(ERASE)
    told.said()
    told.tick()
    assert terminal.getvalue() == shown


def test_on_a_terminal() -> None:
    """It is there while the machine waits; no row of the transcript begins with what is left."""
    shown = on_a_terminal("boot", "-p", VMWARE, "--time-scale", "1", env={"NO_COLOR": "1"})
    assert re.search(r"\r\x1b\[Kfirst DHCPDISCOVER, [12] s, 1 offer so far\r\x1b\[K", shown)
    plain = boot(profile=VMWARE).stdout.splitlines()
    rows = [row.rstrip("\r") for row in shown.split("\n")]
    left = [re.sub(r"^.*\x1b\[K", "", row) for row in rows]
    assert [row.split()[1:3] for row in left if "──▶" in row] == [
        row.split()[1:3] for row in plain if "──▶" in row
    ]
    assert not any("so far" in row for row in left)


@pytest.mark.parametrize("quiet", ["-q", "--jsonl"])
def test_not_where_nobody_wants_it(quiet: str) -> None:
    """-q is quiet, and lines are for programs."""
    words = ("boot", "-p", IPXE, quiet, "--network", "plain-dhcp", "--time-scale", "0.4")
    assert "\x1b[K" not in on_a_terminal(*words, env={"NO_COLOR": "1"})


def test_not_in_a_pipe() -> None:
    """A log has no use for it."""
    done = process("boot", "-p", IPXE, "--time-scale", "0.4")
    assert done.stderr == ""
    assert "\r" not in done.stdout
    assert "DHCPACK" in done.stdout
