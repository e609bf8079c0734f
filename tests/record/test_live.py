"""In namespaces of its own: the scripted servers answer on a wire, and nothing is left behind."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ended_in_time, heeding_signals
from tools.record.stored import CAPTURES, ROOT, scenario_of

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root"),
]

SLEEPER = """
import subprocess, sys, time
from tools.record.private import inside

def work(folder):
    (folder / "scratch").write_text("x")
    print(folder, flush=True)
    sleeping = "echo started; sleep 86421"
    subprocess.Popen(["sh", "-c", sleeping, sys.argv[1]], start_new_session=True)
    time.sleep(600)
    return 0

sys.exit(inside(work))
"""

BOOT = """
import subprocess, sys
from tools.record import needs
from tools.record.private import inside
from tools.record.segment import RAW, Segment
from tools.record.session import await_words

def work(folder):
    needs.extend_path()
    (folder / "made").mkdir()
    segment = Segment()
    log, errors = folder / "log", folder / "errors"
    command = [sys.executable, "-m", "tools.record.servers", RAW, sys.argv[1], "--kind", "bios"]
    command += ["--made", str(folder / "made"), "--log", str(log)]
    await_words(log, "ready", segment.start(command, errors), errors)
    client = [sys.executable, "-m", "pxeclient", "boot", "--profile", "ipxe", "--interface", "br0"]
    done = subprocess.run(client, timeout=300)
    segment.stop()
    return done.returncode

sys.exit(inside(work))
"""


def sleepers(mark: str) -> list[str]:
    """The processes that a recording would have left, with that word in their command."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes()
        except OSError:  # it is gone by now
            continue
        if mark.encode() in words and b"python" not in words:
            found.append(path.parent.name)
    return found


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_nothing_is_left(number: signal.Signals, status: int) -> None:
    """Whatever ends it: no process, no file."""
    mark = secrets.token_hex(8)
    command = [sys.executable, "-c", SLEEPER, mark]
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(
            command, cwd=ROOT, stdout=pipe, text=True, preexec_fn=heeding_signals
        ) as running,
        ended_in_time(running),
    ):
        assert running.stdout is not None
        folder = Path(running.stdout.readline().strip())
        assert running.stdout.readline() == "started\n"
        assert sleepers(mark)
        assert not folder.exists()
        running.send_signal(number)
        # Its end of the pipe is held by all that runs inside: at the end of file they are gone.
        assert running.stdout.read() == ""
        assert running.wait() == status
    assert sleepers(mark) == []


def test_the_servers_answer_on_a_wire() -> None:
    """Our own client boots from them as the firmware would."""
    scenario = scenario_of(CAPTURES / "ipxe-e1000e" / "plain-dhcp-bootfile")
    command = [sys.executable, "-c", BOOT, str(scenario)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tftp://10.77.0.3/dhcp-file.0" in done.stdout
