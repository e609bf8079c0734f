"""How boots on real interfaces end early: without rights, without interface, interrupted."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest
from scapy.utils import PcapNgReader

from pxeclient.lab import Host, Lab
from tests.lab.labs import CHECKOUT
from tests.live.boots import IPXE, PXECLIENT, VMWARE, pxeclient, under_way
from tests.live.deeds import on, without_right
from tests.live.needs import TAP_DEVICE, require

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


def interfaces(host: Host) -> list[str]:
    """The names of the interfaces of a host."""
    return sorted(link["ifname"] for link in json.loads(on(host, "ip", "-j", "link")))


@pytest.mark.parametrize(
    ("wire", "capability", "words"),
    [
        pytest.param(("--interface", "c0"), "net_raw", "CAP_NET_RAW", id="interface"),
        pytest.param(("--tap", "tap9"), "net_admin", "CAP_NET_ADMIN", id="tap"),
    ],
)
@pytest.mark.parametrize("more", [(), ("--json",), ("--verbose",), ("--quiet",)])
def test_without_rights(
    client: Host, wire: tuple[str, str], capability: str, words: str, more: tuple[str, ...]
) -> None:
    """Who may not open the wire is told which right it takes, and nothing is printed besides."""
    require(TAP_DEVICE)
    boot = [*PXECLIENT, "boot", "--profile", IPXE, *wire, *more]
    done = client.run(without_right(capability, boot), folder=CHECKOUT)
    sentence = assert_sentence(done)
    assert words in sentence
    assert "sudo" in sentence
    assert interfaces(client) == ["c0", "lo"]


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
def test_no_such_interface(client: Host, wire: tuple[str, str], words: str) -> None:
    """An interface that is not there, or of another kind, ends it before anything is sent."""
    require(TAP_DEVICE)
    sentence = assert_sentence(pxeclient(client, "boot", "-p", VMWARE, *wire))
    assert words in sentence
    assert sentence.isprintable()


@pytest.mark.parametrize("wish", SIGNALS)
def test_stopped_midway(lab: Lab, tmp_path: Path, wish: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end a boot at once; object and capture tell of what has happened."""
    capture = tmp_path / "boot.pcapng"
    options = ("-p", VMWARE, "-i", "c0", "--json", "-v", "-w", str(capture))
    with under_way(lab, "boot", *options, until="DHCPDISCOVER") as running:
        running.send_signal(wish)
        status = running.wait()
    report, err = json.loads(running.output), running.errors
    assert (status, report["exit_code"], report["result"]) == (130, 130, "interrupted")
    assert report["seconds"] < 30
    assert "Traceback" not in err
    assert "Interrupted" in err
    assert [path.name for path in tmp_path.iterdir()] == ["boot.pcapng"]
    with PcapNgReader(str(capture)) as reader:
        assert len(list(reader)) == len(
            [event for event in report["events"] if event["event"] == "sent"]
        )


@pytest.mark.parametrize("wish", SIGNALS)
def test_stopped_on_a_new_tap(lab: Lab, client: Host, tmp_path: Path, wish: signal.Signals) -> None:
    """A TAP that was made for the boot goes with it, whatever ends it; no file is left."""
    require(TAP_DEVICE)
    options = ("-p", IPXE, "--tap", "tap9", "--save-file", str(tmp_path / "boot.0"))
    with under_way(lab, "boot", *options, until="DHCPDISCOVER") as running:
        assert "tap9" in interfaces(client)
        running.send_signal(wish)
        assert running.wait() == 130
    assert "Interrupted after" in running.output
    assert "Traceback" not in running.log
    assert interfaces(client) == ["c0", "lo"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param("down", "went down while in use", id="down"),
        pytest.param("delete", "was removed while in use", id="removed"),
    ],
)
def test_interface_lost_midway(lab: Lab, client: Host, change: str, words: str) -> None:
    """An interface that goes away during a boot ends it with a sentence, and the object."""
    order = ("delete", "c0") if change == "delete" else ("set", "c0", "down")
    options = ("-p", VMWARE, "-i", "c0", "--json", "-v")
    with under_way(lab, "boot", *options, until="DHCPDISCOVER") as running:
        on(client, "ip", "link", *order)
        status = running.wait()
    report, err = json.loads(running.output), running.errors
    assert (status, report["exit_code"], report["result"]) == (3, 3, "link-error")
    last = err.splitlines()[-1]
    assert last.startswith("Error: ")
    assert words in last
    assert "Traceback" not in err
