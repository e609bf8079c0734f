"""The TFTP server for whoever has none: firmware fetches from it, and it goes with its network."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pxeclient.lab import Lab, LabError, open_lab, open_loopback
from pxeclient.practice.boot_files import Kind, boot_file
from tests.cli.runner import CHECKOUT, run
from tests.lab.labs import DNSMASQ, require_lab
from tests.processes import await_that

pytestmark = pytest.mark.live

PACE = ("--time-scale", "0.3")
BIOS = boot_file(Kind.BIOS, 40_000).read(0, 40_000)
UEFI = boot_file(Kind.EFI, 90_000).read(0, 90_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Boot files."""
    found = tmp_path / "files"
    (found / "boot" / "x64").mkdir(parents=True)
    (found / "boot.0").write_bytes(BIOS)
    (found / "boot" / "x64" / "boot.efi").write_bytes(UEFI)
    return found


def booted(folder: Path, profile: str, name: str, *more: str) -> Any:
    """What `lab run --tftp` says as JSON, and its exit status."""
    require_lab("dnsmasq")
    options = ("-p", profile, "--tftp", str(folder), *PACE, "--json", *more)
    done = run("lab", "run", *options, "--", *DNSMASQ, f"--dhcp-boot={name}")
    assert done.stdout.startswith("{"), done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("profile", "name", "content"),
    [
        ("ipxe", "boot.0", BIOS),
        ("ipxe", "/boot.0", BIOS),
        ("vmware-e1000e", "boot.0", BIOS),
        ("intel-boot-agent", "boot.0", BIOS),
        ("edk2", "boot/x64/boot.efi", UEFI),
        ("edk2", r"boot\x64\boot.efi", UEFI),
        ("vmware-efi", "boot/x64/boot.efi", UEFI),
    ],
)
def test_firmware_fetches_a_file(folder: Path, profile: str, name: str, content: bytes) -> None:
    """Each with its own options, and all that was agreed was asked for."""
    (boot,) = booted(folder, profile, name)["boots"]
    assert boot["exit_code"] == 0, boot
    assert boot["boot_file"]["size"] == len(content)
    asked: set[str] = set()
    for event in boot["events"]:
        options = {one.partition(" ")[0] for one in event.get("detail", "").split(", ")}
        if event.get("kind") == "RRQ":
            asked = options
        if event.get("kind") == "OACK":
            assert options <= asked


@pytest.mark.parametrize(
    ("profile", "code"), [("ipxe", "2d12613b"), ("vmware-e1000e", "PXE-E3B"), ("edk2", "PXE-E23")]
)
@pytest.mark.parametrize("name", ["none", "../secret"])
def test_a_file_that_is_not_there(folder: Path, profile: str, code: str, name: str) -> None:
    """The firmware's own code; what leads out of the folder is none of its files."""
    (folder.parent / "secret").write_bytes(UEFI)
    told = booted(folder, profile, name)
    (boot,) = told["boots"]
    assert boot["exit_code"] not in (0, 23)
    if name == "none":
        assert boot["code"] == code


def test_its_words_are_in_the_log(folder: Path) -> None:
    """Beside those of the other server."""
    require_lab("dnsmasq")
    options = ("-p", "ipxe", "--tftp", str(folder), *PACE, "--log")
    done = run("lab", "run", *options, "--", *DNSMASQ, "--dhcp-boot=boot.0")
    assert done.exit_code == 0, done.output
    assert "── tftpy on 10.77.0.1 ──\nThe TFTP server is ready: " in done.stderr
    assert f"asks for boot.0: {len(BIOS)} octets, " in done.stderr
    assert " has all of it\n" in done.stderr
    assert "── dnsmasq on 10.77.0.1 ──" in done.stderr


def test_no_folder(tmp_path: Path) -> None:
    """A sentence, before anything is made."""
    done = run("lab", "run", "-p", "ipxe", "--tftp", str(tmp_path / "none"), "--", "true")
    assert done.exit_code == 2
    assert "does not exist" in " ".join(done.stderr.split())


def test_it_goes_with_its_network(folder: Path) -> None:
    """Whoever ends it, and however: nothing of it is left."""
    require_lab()
    with open_lab() as lab:
        assert lab.tftp(folder).returncode is None
        assert _servers(folder)
    assert not _servers(folder)


def test_it_goes_with_its_owner(folder: Path) -> None:
    """One that is killed."""
    require_lab()
    code = (
        "import sys, time; from pxeclient.lab import open_lab\n"
        "with open_lab() as lab: lab.tftp(sys.argv[1]); print(flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, cwd=CHECKOUT
    )
    assert owner.stdout is not None
    with owner, owner.stdout:
        owner.stdout.readline()
        assert _servers(folder)
        owner.send_signal(signal.SIGKILL)
    await_that(lambda: not _servers(folder))


def _servers(folder: Path) -> list[int]:
    """Processes that have the folder in their command line, but for a test's own."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdecimal():
            try:
                words = Path("/proc", name, "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if os.fsencode(folder) in words and any(b"tftpd" in word for word in words):
                found.append(int(name))
    return found


def test_in_python(folder: Path, tmp_path: Path) -> None:
    """Also beside folders that are called like modules, which are no part of it."""
    require_lab()
    with open_lab() as lab:
        with pytest.raises(LabError, match=r"no folder .*none to serve by TFTP"):
            lab.tftp(tmp_path / "none")
        other = lab.add_host("10.77.0.2/24")
        program = other.tftp(folder)
        assert "10.77.0.2, port 69" in program.log
        with pytest.raises(LabError, match="Address already in use"):
            other.tftp(folder)
        program.stop()
        assert other.tftp(folder).returncode is None


def test_the_working_folder_is_no_part_of_python(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies there may be anybody's."""
    require_lab()
    (tmp_path / "tftpy").mkdir()
    for name in ("tftpy/__init__.py", "socket.py", "pxeclient.py"):
        (tmp_path / name).write_text("raise SystemExit('a stranger')\n")
    monkeypatch.chdir(tmp_path)
    with open_lab() as lab:
        assert lab.tftp(folder).returncode is None


def test_on_loopback(folder: Path) -> None:
    """On the port that it gets there."""
    with open_loopback() as lab:
        program = lab.tftp(folder)
        assert f"on 127.0.0.1, port {lab.ports.tftp}" in program.log


SUITE = """
profiles = ["ipxe", "edk2"]
[network]
server = {server}
tftp = "{tftp}"
time-scale = 0.3
[[cases]]
name = "BIOS"
profiles = ["ipxe"]
boots = {{ name = "boot.0", kind = "raw" }}
[[cases]]
name = "blocks"
probe = "tftp-blocks"
sizes = [8, 512, 1432, 8192]
windows = [1]
[[cases]]
name = "size"
probe = "tftp-size"
[[cases]]
name = "source"
probe = "tftp-source"
"""


@pytest.mark.parametrize("place", ["files", "{suite}/files", "whole"])
def test_in_a_suite(folder: Path, tmp_path: Path, place: str) -> None:
    """Within the suite's folder, or with its whole path; the probes find nothing to blame."""
    require_lab("dnsmasq")
    suite = tmp_path / "suite.toml"
    server = json.dumps([*DNSMASQ, "--dhcp-boot=boot.0"])
    suite.write_text(SUITE.format(server=server, tftp=str(folder) if place == "whole" else place))
    done = run("check", str(suite))
    assert done.exit_code == 0, done.output
    assert "a private network (tftpy, dnsmasq)" in done.stdout


def test_hosts_of_a_suite(folder: Path, tmp_path: Path) -> None:
    """A host of its own for the files."""
    require_lab("dnsmasq")
    suite = tmp_path / "suite.toml"
    server = json.dumps([*DNSMASQ, "--dhcp-boot=boot.0,,10.77.0.2"])
    suite.write_text(
        f'profiles = ["ipxe"]\n[network]\ntime-scale = 0.3\n[[network.hosts]]\nservers = [{server}]'
        '\n[[network.hosts]]\naddress = "10.77.0.2/24"\ntftp = "files"\n'
        '[[cases]]\nname = "x"\nboots = { name = "boot.0", server = "10.77.0.2" }\n'
    )
    done = run("check", str(suite))
    assert done.exit_code == 0, done.output


def test_a_lab_of_another_server(folder: Path) -> None:
    """Two for one port: the second one's own words."""
    require_lab("dnsmasq")
    with open_lab() as lab:
        lab.tftp(folder)
        with pytest.raises(LabError, match="port 69: Address already in use"):
            _dnsmasq(lab, folder)


def _dnsmasq(lab: Lab, folder: Path) -> None:
    # Its port 67 may be open before it finds that 69 is taken: it is ready when it says so.
    lab.start([*DNSMASQ, "--enable-tftp", f"--tftp-root={folder}"], ready="TFTP root is")
