"""How boots on real interfaces end early: without rights, without interface, interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from scapy.utils import PcapNgReader

from tests.live.boots import IPXE, VMWARE, under_way, without_right
from tests.live.needs import TAP_DEVICE, program, require
from tests.live.netns import CHECKOUT, Lab
from tests.live.processes import inside

pytestmark = pytest.mark.live

SIGNALS = [
    pytest.param(signal.SIGINT, id="interrupt"),
    pytest.param(signal.SIGTERM, id="terminate"),
]


def assert_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """It ended with status 3, and one sentence on standard error; returns that."""
    assert done.returncode == 3
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("Error: ")
    assert lines[0].endswith(".")
    assert done.stdout == ""
    return lines[0]


def interfaces(namespace: str) -> list[str]:
    """The names of the interfaces of a namespace."""
    command = [program("ip"), "-n", namespace, "-j", "link"]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    return sorted(link["ifname"] for link in json.loads(shown.stdout))


@pytest.mark.parametrize(
    ("wire", "capability", "words"),
    [
        pytest.param(("--interface", "c0"), "net_raw", "CAP_NET_RAW", id="interface"),
        pytest.param(("--tap", "tap9"), "net_admin", "CAP_NET_ADMIN", id="tap"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",), ("--verbose",), ("--quiet",)])
def test_without_rights(
    lab: Lab, wire: tuple[str, str], capability: str, words: str, more: tuple[str, ...]
) -> None:
    """Who may not open the wire is told which right it takes, and nothing is printed besides."""
    require(TAP_DEVICE)
    boot = [sys.executable, "-m", "pxeclient", "boot", "--profile", IPXE, *wire, *more]
    done = subprocess.run(
        inside(lab.client, without_right(capability, boot)),
        capture_output=True,
        text=True,
        timeout=30,
        cwd=CHECKOUT,
        check=False,
    )
    sentence = assert_sentence(done)
    assert words in sentence
    assert "sudo" in sentence
    assert interfaces(lab.client) == ["c0", "lo"]


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        pytest.param(("-i", "nosuch0"), "There is no interface 'nosuch0'", id="absent"),
        pytest.param(("-i", "lo"), "not Ethernet", id="loopback"),
        pytest.param(("-i", "c0/../lo"), "cannot be the name", id="path"),
        pytest.param(("-i", "c0\x1b[31m"), "cannot be the name", id="escape"),
        pytest.param(("-i", ""), "cannot be the name", id="empty"),
        pytest.param(("--tap", "c0"), "is not a TAP", id="not-a-tap"),
        pytest.param(("--tap", "a-name-beyond-15"), "too long", id="long"),
    ],
)
def test_no_such_interface(lab: Lab, wire: tuple[str, str], words: str) -> None:
    """An interface that is not there, or of another kind, ends it before anything is sent."""
    require(TAP_DEVICE)
    sentence = assert_sentence(lab.client_run(["boot", "-p", VMWARE, *wire], 30))
    assert words in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize("wish", SIGNALS)
def test_stopped_midway(lab: Lab, tmp_path: Path, wish: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end a boot at once; object and capture tell of what has happened."""
    capture = tmp_path / "boot.pcapng"
    options = ("-p", VMWARE, "-i", "c0", "--json", "-v", "-w", str(capture))
    with under_way(lab, *options, until="DHCPDISCOVER") as running:
        running.send_signal(wish)
        out, err = running.communicate(timeout=10)
    report = json.loads(out)
    assert (running.returncode, report["exit_code"], report["result"]) == (130, 130, "interrupted")
    assert report["seconds"] < 30
    assert "Traceback" not in err
    assert "Interrupted" in err
    assert [path.name for path in tmp_path.iterdir()] == ["boot.pcapng"]
    with PcapNgReader(str(capture)) as reader:
        assert len(list(reader)) == len(
            [event for event in report["events"] if event["event"] == "sent"]
        )


@pytest.mark.parametrize("wish", SIGNALS)
def test_stopped_on_a_new_tap(lab: Lab, tmp_path: Path, wish: signal.Signals) -> None:
    """A TAP that was made for the boot goes with it, whatever ends it; no file is left."""
    require(TAP_DEVICE)
    options = ("-p", IPXE, "--tap", "tap9", "-o", str(tmp_path / "boot.0"))
    with under_way(lab, *options, until="DHCPDISCOVER") as running:
        assert "tap9" in interfaces(lab.client)
        running.send_signal(wish)
        out, err = running.communicate(timeout=10)
    assert running.returncode == 130
    assert "Interrupted after" in out
    assert "Traceback" not in out + err
    assert interfaces(lab.client) == ["c0", "lo"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("down", "went down while in use", id="down"),
        pytest.param("delete", "was removed while in use", id="removed"),
    ],
)
def test_interface_lost_midway(lab: Lab, change: str, words: str) -> None:
    """An interface that goes away during a boot ends it with a sentence, and the object."""
    order = ("delete", "c0") if change == "delete" else ("set", "c0", "down")
    with under_way(lab, "-p", VMWARE, "-i", "c0", "--json", "-v", until="DHCPDISCOVER") as running:
        command = [program("ip"), "-n", lab.client, "link", *order]
        subprocess.run(command, timeout=10, check=True)
        out, err = running.communicate(timeout=10)
    report = json.loads(out)
    assert (running.returncode, report["exit_code"], report["result"]) == (3, 3, "link-error")
    last = err.splitlines()[-1]
    assert last.startswith("Error: ")
    assert words in last
    assert "Traceback" not in err
