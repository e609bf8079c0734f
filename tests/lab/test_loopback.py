"""Labs on the loopback interface, which need no rights and no namespaces."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from pxeclient.boots.boot import Wire
from pxeclient.boots.boot import boot as start
from pxeclient.lab import Lab, LabError, LabUnavailable, open_loopback
from pxeclient.outcome import Booted, Failed
from pxeclient.trace import Trace
from tests.lab import small_server
from tests.lab.labs import CHECKOUT, as_nobody, await_none, python
from tests.live.needs import program, require
from tests.processes import ended_in_time, heeding_signals

pytestmark = pytest.mark.live

SERVER = [sys.executable, str(CHECKOUT / "tests/lab/small_server.py"), "{interface}", "{address}",
          "{dhcp_port}", "{tftp_port}", "{first}"]  # fmt: skip


def boot(lab: Lab, name: str) -> Trace:
    """One machine, until it ends."""
    found = profiles.load(name)
    with lab.link(found.machine.mac) as link:
        return start(found, found.machine, Wire(link, "loopback"), deadline=90.0, pace=0.2)


@pytest.mark.parametrize("name", ["ipxe", "vmware-e1000e", "intel-boot-agent"])
def test_a_machine_boots(name: str) -> None:
    """From a server that somebody wrote; its file arrives octet by octet."""
    with open_loopback() as lab:
        assert (lab.kind, lab.interface) == ("loopback", "lo")
        lab.start(SERVER)
        outcome = boot(lab, name).outcome
    assert isinstance(outcome, Booted), outcome
    assert (str(outcome.boot_file.server), outcome.content) == ("127.0.0.1", small_server.FILE)


def test_in_place_of_a_private_network() -> None:
    """Only servers that are told a port start: by a name, by its number, or in a file."""
    idle = ["sh", "-c", "echo on; sleep 9", "sh"]
    with open_loopback("There is none.") as lab:
        other = lab.add_host("127.0.0.2/24")
        for host in (lab, other):
            with pytest.raises(LabUnavailable, match=r"^There is none[.] sh cannot run on"):
                host.start(idle, "on")
        lab.start([*idle, "{tftp_port}"], "on")
        lab.start(idle, "on")  # whoever starts it knows by now
        other.start([*idle, f"--port={other.ports.dhcp}"], "on")
        assert other.fill("listen {address}:{proxy_port}") == f"listen 127.0.0.2:{lab.ports.proxy}"
        other.start(idle, "on")
        with pytest.raises(LabUnavailable, match=r"^There is none[.] .*/24 is not on the segm"):
            lab.add_host("10.77.0.2/24")
    with open_loopback() as lab:
        lab.start(idle, "on")


def test_port_4011() -> None:
    """Option 60 without option 43: VMware's ROM asks, and boots only if somebody answers."""
    with open_loopback() as lab:
        lab.start([*SERVER, "{proxy_port}"])
        answered = boot(lab, "vmware-e1000e").outcome
    with open_loopback() as lab:
        lab.start([*SERVER, "0"])
        alone = boot(lab, "vmware-e1000e").outcome
        others = boot(lab, "ipxe").outcome
    assert isinstance(answered, Booted), answered
    assert isinstance(alone, Failed)
    assert alone.code == "PXE-E55"
    assert isinstance(others, Booted), others


KEA = """
import os, sys
from pathlib import Path
from pxeclient.outcome import Booted
from pxeclient.lab import open_loopback
from tests.lab.labs import CONTENT
from tests.lab.test_loopback import boot, kea
with open_loopback() as lab:
    (lab.folder / "boot.0").write_bytes(CONTENT)
    kea(lab, sys.argv[1], sys.argv[2])
    for name in ("ipxe", "vmware-e1000e", "edk2"):
        outcome = boot(lab, name).outcome
        assert isinstance(outcome, Booted), (name, outcome, lab.logs())
        assert outcome.content == CONTENT
print(lab.folder)
"""


def kea(lab: Lab, dhcp: str, tftp: str) -> None:
    """Kea and atftpd as they run without rights."""
    subnet = {
        "id": 1, "subnet": "127.0.0.0/24", "pools": [{"pool": " - ".join(lab.leases)}],
        "next-server": lab.address, "boot-file-name": "boot.0",
    }  # fmt: skip
    interfaces = {"interfaces": [f"lo/{lab.address}"], "dhcp-socket-type": "udp"}
    memory = {"type": "memfile", "persist": False}
    whole = {"interfaces-config": interfaces, "lease-database": memory, "subnet4": [subnet]}
    (lab.folder / "kea.json").write_text(json.dumps({"Dhcp4": whole}))
    lab.start(
        [dhcp, "-p", "{dhcp_port}", "-P", "{dhcp_port}", "-c", "{folder}/kea.json"],
        environment={"KEA_PIDFILE_DIR": "{folder}", "KEA_LOCKFILE_DIR": "{folder}"},
    )
    lab.start([tftp, "--daemon", "--no-fork", "--port", "{tftp_port}", "--bind-address",
               "{address}", "--logfile", "-", "{folder}"])  # fmt: skip


def test_real_servers_of_an_ordinary_user(tmp_path: Path) -> None:
    """Kea and atftpd, started by nobody, boot three firmwares; nothing is left of them."""
    require("kea-dhcp4", "atftpd", "setpriv")
    servers = [program("kea-dhcp4"), program("atftpd")]
    done = subprocess.run(
        as_nobody(python("-c", KEA, *servers)),
        capture_output=True, text=True, timeout=600, cwd=CHECKOUT,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not Path(done.stdout.strip()).exists()


OWNER = """
import sys
from pxeclient.lab import open_loopback
from tests.lab.test_loopback import SERVER
with open_loopback() as lab:
    lab.start(SERVER)
    lab.start(["sh", "-c", "setsid sleep 67 & echo on; wait"], ready="on")
    print("served", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("wish", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None])
def test_an_owner_that_ends(wish: signal.Signals | None, tmp_path: Path) -> None:
    """Its servers end, those in the background too, and the folder is gone."""
    mark = f"PXECLIENT_TEST={secrets.token_hex(8)}"
    name, _, value = mark.partition("=")
    with subprocess.Popen(
        python("-c", OWNER), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, cwd=CHECKOUT,
        env={**os.environ, name: value, "TMPDIR": str(tmp_path)}, preexec_fn=heeding_signals,
    ) as running, ended_in_time(running):  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline() == "served\n"
        if wish is not None:
            os.kill(running.pid, wish)
        running.communicate()
    assert await_none(mark) == []
    assert list(tmp_path.iterdir()) == []


def test_hosts() -> None:
    """Further ones are further addresses; what cannot be one is said."""
    with open_loopback() as lab:
        other = lab.add_host("127.0.0.2/24")
        assert (other.interface, other.ports) == ("lo", lab.ports)
        for address, words in [
            ("127.0.0.127/24", "127.0.0.127 is needed for the relay agent"),
            ("10.0.0.1/24", "10.0.0.1/24 is not on the segment 127.0.0.0/24"),
            ("nonsense", "'nonsense' is no IPv4 address"),
        ]:
            with pytest.raises(LabError, match=words):
                lab.add_host(address)
        assert lab.hosts == [lab, other]


def test_a_lab_has_ports_of_its_own() -> None:
    """Two at once do not meet."""
    with open_loopback() as one, open_loopback() as other:
        assert not set(one.ports) & set(other.ports)
        assert one.fill("{dhcp_port} {tftp_port} {proxy_port}") == " ".join(map(str, one.ports))
        assert one.fill("{first}-{last}") == "127.0.0.128-127.0.0.254"
        for port in one.ports:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
                free.bind((one.address, port))
