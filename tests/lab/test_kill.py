"""Whatever ends the owner of a lab, and whenever: nothing is left behind."""

from __future__ import annotations

import os
import random
import secrets
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.labs import CHECKOUT, Fence, as_nobody, await_none, fence, python, require_lab
from tests.processes import ended_in_time, heeding_signals

pytestmark = pytest.mark.live

OWNER = """
from pxeclient.lab import open_lab
from tests.lab.labs import *
print("up", flush=True)
while True:
    with open_lab() as lab:
        (lab.folder / "boot.0").write_bytes(CONTENT)
        lab.start([*DNSMASQ, *TFTP])
        lab.start(["sh", "-c", "setsid sleep 67 & echo on; wait"], ready="on")
        print("served", flush=True)
        boot(lab)
"""

CHANCE = random.Random(77)
DELAYS = [round(CHANCE.uniform(0.0, 0.5), 3) for _ in range(9)]
"""Seconds after the owner has come up. A round of its loop takes about a third of one."""


def owner(around: Fence, mark: str, folder: Path, ordinary: bool = False) -> subprocess.Popen[str]:
    """An owner that opens one lab after the other, known by an environment variable."""
    command = python("-c", OWNER)
    name, _, value = mark.partition("=")
    folder.chmod(0o777)
    return subprocess.Popen(
        around.inside(as_nobody(command) if ordinary else command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, name: value, "TMPDIR": str(folder)},
        start_new_session=True,
        preexec_fn=heeding_signals,
    )


def assert_nothing_left(around: Fence, mark: str, folder: Path) -> None:
    """No process, no file, no interface, no namespace."""
    assert await_none(mark) == []
    assert list(folder.iterdir()) == []
    assert around.seen() == around.before


@pytest.fixture
def around() -> Iterator[Fence]:
    """A place where nobody else makes interfaces."""
    require_lab("dnsmasq")
    with fence() as made:
        yield made


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that an ordinary user can reach."""
    path = tmp_path_factory.mktemp("kill")
    mine = Path(tempfile.gettempdir())
    for parent in (path, *path.parents):
        if mine in parent.parents:
            parent.chmod(parent.stat().st_mode | 0o011)
    return path


@pytest.mark.parametrize("wish", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("delay", DELAYS)
def test_an_owner_that_is_killed(
    wish: signal.Signals, delay: float, around: Fence, short: Path
) -> None:
    """At any point of opening, serving, booting and closing."""
    mark = f"PXECLIENT_TEST={secrets.token_hex(8)}"
    with owner(around, mark, short) as running, ended_in_time(running):
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        time.sleep(delay)
        os.kill(running.pid, wish)
        running.communicate()
    assert running.returncode in (-wish, 1, 130)
    assert_nothing_left(around, mark, short)


@pytest.mark.parametrize("ordinary", [False, True], ids=["owner", "ordinary"])
@pytest.mark.parametrize("wish", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_group_that_is_killed(
    wish: signal.Signals, ordinary: bool, around: Fence, short: Path
) -> None:
    """As by Ctrl-C at a terminal, with servers up; for an ordinary user as for root."""
    mark = f"PXECLIENT_TEST={secrets.token_hex(8)}"
    with owner(around, mark, short, ordinary) as running, ended_in_time(running):
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        assert running.stdout.readline() == "served\n"
        os.killpg(running.pid, wish)
        running.communicate()
    assert_nothing_left(around, mark, short)


@pytest.mark.parametrize("wish", [signal.SIGKILL, signal.SIGTERM])
def test_a_keeper_that_is_killed(wish: signal.Signals, around: Fence, short: Path) -> None:
    """Even then nothing runs on; asked to end, it removes the folder first. The owner is told."""
    mark = f"PXECLIENT_TEST={secrets.token_hex(8)}"
    with owner(around, mark, short) as running, ended_in_time(running):
        assert running.stdout is not None
        assert running.stdout.readline() == "up\n"
        assert running.stdout.readline() == "served\n"
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        (keeper,) = map(int, children)
        os.kill(keeper, wish)
        _, errors = running.communicate()
    assert running.returncode == 1
    assert "LabError: The lab is closed" in errors or "LinkError: The lab is gone" in errors
    assert await_none(mark) == []
    assert around.seen() == around.before
    assert len(list(short.iterdir())) == (1 if wish == signal.SIGKILL else 0)
