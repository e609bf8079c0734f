"""`pxeclient check` before real servers: those of peers.toml, and ones that a suite starts."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from pxeclient.capture.reading import read
from pxeclient.check.peers import Peer, check_peer, page, peers
from pxeclient.check.results import Result, Status
from pxeclient.lab import Host, Lab
from pxeclient.wire.addresses import Mac
from tests.lab.labs import CHECKOUT, CONTENT, require_lab
from tests.live import daemons
from tests.live.boots import RANGE, pace, pxeclient, tftp_folder, tftp_options
from tests.live.needs import program

pytestmark = pytest.mark.live

PEERS = {peer.name: peer for peer in peers()}

NOT_MET: dict[str, set[str]] = {
    "dnsmasq": set(),
    "dnsmasq proxy": set(),
    "ISC dhcpd": set(),
    # Kea does not pad its replies.
    "Kea": {"B-SIZE"},
    # One boot file for all; replies of 294 octets, by broadcast whatever giaddr says, with flags 0.
    "PyPXE": {"A-FALL", "B-SIZE", "R-GIADDR", "R-BFLAG"},
    # The BIOS file for what it does not know; no option 97; broadcasts whatever giaddr says.
    "proxydhcpd": {"A-FALL", "A97", "B-SIZE", "R-GIADDR"},
}
"""What each does not meet, in the versions of Debian 12 and PyPI of 2025."""

PATIENCE = {"dnsmasq": 20.0}
"""Seconds of an idle machine that the suite may take."""


def require_peer(peer: Peer) -> None:
    """Skip where it is not installed, or fail on CI."""
    require_lab()
    if peer.missing:
        words = f"not installed: {', '.join(peer.missing)}"
        pytest.fail(words) if os.environ.get("CI") == "true" else pytest.skip(words)


def waited() -> float:
    """Seconds that something on this machine has waited for a processor so far, if that is told."""
    try:
        some = Path("/proc/pressure/cpu").read_text().splitlines()[0]
    except OSError:
        return 0.0
    return int(some.rpartition("total=")[2]) / 1e6


def cases(results: Sequence[Result], status: Status) -> set[str]:
    """The cases with such a result."""
    return {result.case for result in results if result.status is status}


@pytest.mark.parametrize("name", NOT_MET)
def test_the_starter_suite(name: str) -> None:
    """A real server meets all but what it is known not to, and most can be told."""
    peer = PEERS[name]
    require_peer(peer)
    started = time.monotonic() - waited()
    results = check_peer(peer)
    took = time.monotonic() - waited() - started
    assert cases(results, Status.NOT_MET) == NOT_MET[name], "\n".join(page([(peer, results)]))
    assert len(cases(results, Status.MET) | NOT_MET[name]) >= 18
    assert took < PATIENCE.get(name, 180.0)


def test_every_peer_is_told() -> None:
    """The page of all peers has a column for each, and says what is not met."""
    assert set(PEERS) == set(NOT_MET)
    text = (CHECKOUT / "docs" / "reference" / "peers.md").read_text(encoding="utf-8")
    for name in PEERS:
        assert f"\n## {name}\n" in text


def check(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `pxeclient check` as a process."""
    return subprocess.run(
        [sys.executable, "-m", "pxeclient", "check", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        cwd=CHECKOUT,
        check=False,
    )


SUITE = """
title = "Mine"
profiles = ["vmware-e1000e", "edk2"]

[network]
server = [
    "dnsmasq", "-d", "--conf-file=/dev/null", "--port=0", "--no-ping", "--leasefile-ro",
    "--interface={interface}", "--pid-file={folder}/pid", "--user=root", "--group=root",
    "--dhcp-range=10.77.0.100,10.77.0.150", "--enable-tftp", "--tftp-root={suite}",
    "--dhcp-boot=boot.0", EXTRA
]

[[cases]]
name = "boots"
boots = { name = "boot.0", server = "10.77.0.1", kind = "raw" } # no file of any meaning
lease = { network = "10.77.0.0/24", server = "10.77.0.1" }
within = 10

[[cases]]
name = "no port 4011"
asks-4011 = false
"""


def written(folder: Path, extra: str) -> str:
    """The path of the suite, with more options for dnsmasq; the boot file lies beside it."""
    require_lab("dnsmasq")
    folder.chmod(0o755)
    (folder / "boot.0").write_bytes(CONTENT)
    path = folder / "suite.toml"
    path.write_text(SUITE.replace("EXTRA", extra))
    return str(path)


def test_a_suite_starts_its_server(tmp_path: Path) -> None:
    """Server, boots and results in one command, with the suite's folder as TFTP root."""
    junit = tmp_path / "junit.xml"
    done = check(written(tmp_path, ""), "--report", f"junit={junit}")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.splitlines()[0] == (
        "Mine, on a private network (dnsmasq), each boot for 600 s at most"
    )
    suite = ElementTree.parse(junit).getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("4", "0")


def test_a_change_of_the_server_is_noticed(tmp_path: Path) -> None:
    """Option 60 on the DHCP server: the boots go to port 4011 and end there."""
    done = check(written(tmp_path, '"--dhcp-option-force=60,PXEClient"'), "--json")
    assert (done.returncode, done.stderr) == (1, "")
    found = json.loads(done.stdout)
    assert (found["counts"]["met"], found["counts"]["not-met"]) == (0, 4)
    assert found["results"][0]["findings"][0]["id"] == "D43-VMW"


def test_what_is_kept_has_the_servers_log(tmp_path: Path) -> None:
    """All boots side by side, each with its own capture; the case is what can be tried again."""
    kept, html = tmp_path / "kept", tmp_path / "suite.html"
    suite = written(tmp_path, '"--dhcp-option-force=60,PXEClient"')
    done = check(suite, "--artifacts", str(kept), "--report", f"html={html}")
    assert (done.returncode, done.stderr) == (1, "")
    folders = [path for path in kept.iterdir() if path.is_dir()]
    assert len(folders) == 4
    for folder in folders:
        log = (folder / "server.log").read_text(encoding="utf-8")
        assert log.startswith("── dnsmasq on 10.77.0.1 ──\n")
        told = json.loads((folder / "boot.json").read_text(encoding="utf-8"))
        client = read(folder / "boot.pcapng").frames[0].data[6:12]
        assert client == Mac.from_text(_mac(log, told["lease"]["address"]))
        script = (folder / "again.sh").read_text(encoding="utf-8").splitlines()[-1]
        assert shlex.split(script)[:4] == ["pxeclient", "check", suite, "--case"]
    assert html.read_text(encoding="utf-8").count('class="ladder wide"') == 2


def test_a_boot_behind_an_interface_is_made_again(lab: Lab, client: Host, tmp_path: Path) -> None:
    """The same machines say the same octets; the second of a profile has an address of its own."""
    daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=boot.0")
    suite, kept = tmp_path / "suite.toml", tmp_path / "kept"
    case = '[[cases]]\nname = "{}"\nprofiles = ["ipxe"]\nkeys = {}\nboots = "boot.1"\n'
    suite.write_text(case.format("one", "[]") + case.format("two", '["x"]'), encoding="utf-8")
    done = pxeclient(client, "check", str(suite), "-i", "c0", "--artifacts", str(kept))
    assert done.returncode == 1, done.stderr
    macs = set()
    for name in ("one-ipxe", "two-ipxe"):
        capture = kept / name / "boot.pcapng"
        script = (kept / name / "again.sh").read_text(encoding="utf-8").splitlines()[-1]
        command, *words = shlex.split(script)
        assert (command, words[:5]) == (
            "pxeclient",
            ["boot", "--profile", "ipxe", "--interface", "c0"],
        )
        again = tmp_path / f"{name}.pcapng"
        assert pxeclient(client, *words, "-w", str(again)).returncode == 0
        first, same = (read(path).frames[0].data for path in (capture, again))
        assert first == same
        macs.add(first[6:12])
        assert not (kept / name / "server.log").exists()
    assert len(macs) == 2


def _mac(log: str, address: str) -> str:
    """Whom the server gave that address."""
    found = re.search(rf"DHCPACK\(s0\) {re.escape(address)} (\S+)", log)
    assert found is not None
    return found[1]


def test_a_server_that_does_not_start(tmp_path: Path) -> None:
    """Status 3, and what the server said."""
    done = check(written(tmp_path, '"--no-such-option"'))
    assert done.returncode == 3
    assert done.stdout == ""
    assert "dnsmasq: bad command line options" in done.stderr
    assert "Traceback" not in done.stderr


def test_servers_behind_an_interface(lab: Lab, client: Host) -> None:
    """Servers that run already, at another pace than the firmware's."""
    folder = tftp_folder(lab, content=CONTENT)
    daemons.dnsmasq(lab, RANGE, *tftp_options(folder), "--dhcp-boot=boot.0")
    scale = pace(0.2)
    wire = ("--interface", "c0", "--time-scale", str(scale))
    done = pxeclient(client, "check", "--starter", *wire, "--case", "T-*", "--case", "B-NEXT")
    assert done.returncode == 0, done.stdout
    assert done.stderr.startswith("Clock x") if scale < 1 else done.stderr == ""
    assert done.stdout.splitlines() == [
        "Starter suite, on interface c0, each boot for 600 s at most",
        "✓ B-NEXT   vmware-e1000e, edk2, ipxe",
        "✓ T-SRCIP  probe tftp-source",
        "✓ T-TSIZE  probe tftp-size",
        "✓ T-MTU    probe tftp-blocks",
        "■ 6 met, 0 not met, 0 cannot be told",
    ]


def test_servers_from_the_command_line() -> None:
    """--server starts it as the suite would."""
    require_lab("dnsmasq")
    command = (
        f"{program('dnsmasq')} -d --conf-file=/dev/null --port=0 --no-ping --leasefile-ro"
        " --interface={interface} --dhcp-range=10.77.0.100,10.77.0.150 --pid-file={folder}/pid"
    )
    done = check("--starter", "--server", command, "--case", "R-*", "--report", "tap=-")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines() == [
        "TAP version 13",
        "1..2",
        "ok 1 - R-GIADDR [probe relay]",
        "ok 2 - R-BFLAG [probe broadcast-flag]",
    ]
