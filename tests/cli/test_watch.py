"""``pxeclient watch``: what it tells, in which form, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.runner import run
from tests.compare.recordings import CAPTURES
from tests.processes import await_that, ended_in_time, heeding_signals

COMMAND = [sys.executable, "-m", "pxeclient", "watch"]
BOOTED = CAPTURES / "ipxe-head-e1000e" / "plain-dhcp-bootfile" / "capture.pcap"
REFUSED = CAPTURES / "ovmf-virtio" / "tftp-notfound" / "capture.pcap"


def piped(capture: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A recording, as tcpdump would write it into a pipe."""
    with capture.open("rb") as file:
        return subprocess.run(
            [*COMMAND, "-", *options], stdin=file, capture_output=True, text=True, timeout=120
        )


def test_a_practice_network_needs_no_rights() -> None:
    """One machine of each profile; who fails is told with its finding, and all in a table."""
    done = run("watch", "--network", "proxy-60-file-4011-dead")
    assert done.exit_code == 0
    assert "vmware-e1000e: PXE-E55" in done.output
    assert "ipxe: booted" in done.output
    told = done.output.partition("machines: ")[2]
    assert [line for line in told.splitlines() if "vmware-e1000e" in line and "D43-VMW" in line]


def test_a_pipe_is_told_event_by_event() -> None:
    """Lines for people, and objects for programs."""
    done = piped(BOOTED)
    assert done.returncode == 0, done.stderr
    assert ": booted" in done.stdout
    told = [json.loads(line) for line in piped(BOOTED, "--jsonl").stdout.splitlines()]
    assert {one["schema"] for one in told} == {"pxeclient-watch/2"}
    assert [one["event"] for one in told][:2] == ["begins", "stage"]
    [ended] = [one for one in told if one["event"] == "ended"]
    assert ended["attempt"]["ending"]["stop"] == "fetched"


def test_once_has_the_status_of_the_boot() -> None:
    """Of the machine that is named, or of the next."""
    assert piped(REFUSED, "--once", "next").returncode == 21
    assert piped(BOOTED, "--once", "52:54:00:12:34:56").returncode == 0
    # Whoever was waited for never came.
    assert piped(BOOTED, "--once", "52:54:00:00:00:01").returncode == 130


def test_a_file_that_grows_is_followed(tmp_path: Path) -> None:
    """A frame that is half written is waited for; Ctrl-C ends it with the table."""
    octets, growing = REFUSED.read_bytes(), tmp_path / "growing.pcap"
    growing.write_bytes(octets[:100])
    watcher = subprocess.Popen(
        [*COMMAND, str(growing), "--follow", "--jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=heeding_signals,
    )
    with watcher, ended_in_time(watcher):
        assert watcher.stdout is not None
        with growing.open("ab") as file:
            file.write(octets[100:])
        kinds = []
        for line in watcher.stdout:
            kinds.append(json.loads(line)["event"])
            if kinds[-1] == "ended":
                break
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(60) == 0
    assert kinds[0] == "begins"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ([], 2, "name one thing to watch"),
        (["-i", "lo0", "--network", "plain-dhcp"], 2, "name one thing to watch"),
        (["--network", "plain-dhpc"], 2, "plain-dhcp"),
        (["-", "--follow"], 2, "--follow is for a capture file"),
        (["/dev/null"], 3, "no capture"),
        (["nowhere.pcap"], 3, "cannot read nowhere.pcap"),
        (["-i", "nowhere0"], 3, "nowhere0"),
        (["--network", "plain-dhcp", "--once", "me"], 2, "me"),
    ],
)
def test_what_cannot_be_watched_is_told(arguments: list[str], status: int, words: str) -> None:
    """In a sentence, with the status that other commands have."""
    done = run("watch", *arguments)
    assert (done.exit_code, words in done.output) == (status, True), done.output


def test_any_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """On `any` a frame does not say whom it is for."""
    octets = bytearray(BOOTED.read_bytes())
    octets[20:24] = (113).to_bytes(4, "little" if octets[0] in (0xD4, 0x4D) else "big")
    cooked = tmp_path / "any.pcap"
    cooked.write_bytes(octets)
    done = run("watch", str(cooked))
    assert done.exit_code == 3
    assert "record on one interface by its name" in done.output


def test_once_waits_for_the_command(tmp_path: Path) -> None:
    """Whoever waits for a verdict wants all that it leads to."""
    done = piped(REFUSED, "--once", "next", "--on-failure", f"sleep 0.2; echo > {tmp_path}/done")
    assert (done.returncode, done.stderr) == (21, "")
    assert (tmp_path / "done").exists()


def await_words(path: Path) -> str:
    """What stands in a file, as soon as a line does."""
    await_that(lambda: path.exists() and path.read_text().endswith("\n"))
    return path.read_text()


def test_ctrl_c_does_not_wait_for_the_command(tmp_path: Path) -> None:
    """It is ended, with what it has begun, and that is said."""
    growing, begun = tmp_path / "growing.pcap", tmp_path / "begun"
    growing.write_bytes(REFUSED.read_bytes())
    watcher = subprocess.Popen(
        [*COMMAND, str(growing), "--follow", "--on-failure", f"echo $$ > {begun}; exec sleep 100"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heeding_signals,
    )
    with watcher, ended_in_time(watcher):
        pid = int(await_words(begun))
        watcher.send_signal(signal.SIGINT)
        told, errors = watcher.communicate()
        assert watcher.returncode == 0
    assert "1 machine: " in told  # in trouble, or at its next attempt already
    assert "was ended, for we were" in errors
    assert not Path(f"/proc/{pid}").exists()


def test_quiet_is_only_the_ends() -> None:
    """A boot that begins is no news then, and there is no table."""
    words = ("watch", "--network", "proxy-60-file-4011-dead")
    quiet, whole = run(*words, "-q").stdout.splitlines(), run(*words).stdout.splitlines()
    assert quiet
    assert not [line for line in quiet if line.endswith(" begins") or line.startswith("Watching")]
    rest = iter(whole)
    assert all(line in rest for line in quiet)


def test_whose_settings() -> None:
    """As of a boot."""
    words = ("watch", "-q", "--network", "silence", "--server-kind")
    assert run(*words, "kea").stdout != run(*words, "windows").stdout
