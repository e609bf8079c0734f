"""Being told to end: Ctrl-C, SIGTERM, a terminal that is gone; and what was to be ignored."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.cli.runner import CHECKOUT, IPXE, command
from tests.processes import ended_in_time, heeding_signals

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


@contextlib.contextmanager
def booting(prepare: Callable[[], None]) -> Iterator[subprocess.Popen[str]]:
    """A boot that nobody answers, at its own pace, from its first DHCPDISCOVER."""
    words = command("boot", "-p", IPXE, "--network", "silence", "--time-scale", "1", "--jsonl")
    pipe = subprocess.PIPE
    with (
        subprocess.Popen(
            words, stdout=pipe, stderr=pipe, text=True, cwd=CHECKOUT, preexec_fn=prepare
        ) as running,
        ended_in_time(running),
    ):
        await_discover(running)
        yield running


def await_discover(running: subprocess.Popen[str]) -> None:
    """Read on to the next DHCPDISCOVER."""
    assert running.stdout is not None
    assert any(json.loads(line).get("kind") == "DHCPDISCOVER" for line in running.stdout)


def end_of(running: subprocess.Popen[str]) -> str:
    """How the boot ends, as its last line says."""
    out, err = running.communicate()
    assert "Traceback" not in err
    assert running.returncode == 130
    return str(json.loads(out.splitlines()[-1])["result"])


@pytest.mark.parametrize("wish", SIGNALS)
def test_each_ends_a_boot(wish: signal.Signals) -> None:
    """In order: the last line is written."""
    with booting(heeding_signals) as running:
        running.send_signal(wish)
        assert end_of(running) == "interrupted"


@pytest.mark.parametrize("wish", SIGNALS)
def test_what_was_to_be_ignored_is(wish: signal.Signals) -> None:
    """As nohup and a script's `&` have it: the boot goes on, and another signal ends it."""

    def prepare() -> None:
        heeding_signals()
        signal.signal(wish, signal.SIG_IGN)

    with booting(prepare) as running:
        running.send_signal(wish)
        await_discover(running)
        running.send_signal(next(other for other in SIGNALS if other != wish))
        assert end_of(running) == "interrupted"
