"""What rights a boot on a wire needs and has while it reads frames, and whose its files are."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

import pxeclient as package
from pxeclient.cli.scribe import Scribe
from pxeclient.lab import Host, Lab
from pxeclient.link import rights
from tests.lab.labs import CHECKOUT
from tests.live import daemons
from tests.live.boots import (
    CONTENT,
    IPXE,
    PXECLIENT,
    RANGE,
    VMWARE,
    pxeclient,
    tftp_folder,
    tftp_options,
    under_way,
)
from tests.live.deeds import deed
from tests.live.needs import program, require

pytestmark = pytest.mark.live

USER, GROUP = 4001, 4002
STATUS = """
import pathlib, re
for folder in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        words = (folder / "cmdline").read_bytes().split(b"\\0")
        status = (folder / "status").read_text()
    except OSError:
        continue
    if b"pxeclient" in words and b"c0" in words:
        print(*re.findall(r"^(?:Cap...|NoNewPrivs):\\s*(\\S+)", status, re.M))
"""
"""Prints the rights of each process of ours there."""


@pytest.fixture
def served(lab: Lab) -> Lab:
    """With a server from which everybody boots."""
    daemons.dnsmasq(lab, RANGE, "--dhcp-boot=boot.0", *tftp_options(tftp_folder(lab)))
    return lab


def statuses(host: Host) -> list[list[int]]:
    """Inheritable, permitted, effective, bounding, ambient set, no_new_privs; of each process."""
    done = host.run([sys.executable, "-c", STATUS])
    assert done.stderr == ""
    return sorted([int(word, 16) for word in line.split()] for line in done.stdout.splitlines())


def is_open_to_all(path: Path) -> bool:
    """Root reads it without any rights: it is his own, or everybody's."""
    return all(
        one.stat().st_uid == 0 or one.stat().st_mode & stat.S_IXOTH for one in (path, *path.parents)
    )


def reading() -> int:
    """What has to stay where the program lies in somebody's closed folder."""
    places = Path(package.__file__).parent, Path(os.__file__)
    return 0 if all(map(is_open_to_all, places)) else 1 << rights.DAC_READ_SEARCH


def test_one_right_is_enough(served: Lab, client: Host) -> None:
    """CAP_NET_RAW, and none else to be had."""
    require("setpriv")
    alone = "-all,+net_raw"
    words = [program("setpriv"), "--bounding-set", alone, "--inh-caps", "-all"]
    options = ["boot", "-q", "-p", IPXE, "-i", "c0"]
    done = client.run([*words, *PXECLIENT, *options], folder=CHECKOUT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("boot", "-p", IPXE, "-i", "c0", "--time-scale", "1"), id="boot"),
        pytest.param(("boot", "-p", VMWARE, "-i", "c0", "--mac", "own"), id="boot, own"),
        pytest.param(("matrix", "-p", IPXE, "-p", VMWARE, "-i", "c0"), id="matrix"),
        pytest.param(("matrix", "-p", IPXE, "--mac", "own", "-i", "c0"), id="matrix, own"),
        pytest.param(("check", "--starter", "-i", "c0"), id="check"),
        pytest.param(("watch", "-i", "c0"), id="watch"),
    ],
)
def test_a_boot_has_no_rights(lab: Lab, client: Host, options: tuple[str, ...]) -> None:
    """While it waits for offers: nothing, and no way to get any."""
    with under_way(lab, *options, until="c0"):
        [[inheritable, permitted, effective, bounding, ambient, no_new]] = statuses(client)
    kept = reading()
    assert (permitted, effective) == (kept, kept)
    assert (inheritable, ambient, no_new) == (0, 0, 1)
    assert bounding == 0


def test_who_writes_has_rights_to_files_alone(lab: Lab, client: Host, tmp_path: Path) -> None:
    """A second process, which reads no frame, and goes with the first."""
    to = ("--save-file", str(tmp_path / "nbp"), "-w", str(tmp_path / "c.pcapng"))
    with under_way(lab, "boot", "-p", IPXE, "-i", "c0", *to, until="c0") as running:
        boots, scribe = statuses(client)
        assert boots[1] == boots[2] == reading()
        assert scribe[1] == scribe[2] == rights.FILES
        assert scribe[5] == 1
        running.stop()
    assert statuses(client) == []
    assert os.listdir(tmp_path) == ["c.pcapng"]  # it was told to end, and writes what it has


@pytest.mark.parametrize("sudo", [False, True], ids=["root", "sudo"])
def test_files_in_somebody_elses_folder(
    served: Lab, client: Host, tmp_path: Path, sudo: bool
) -> None:
    """Root without rights may not write there; they are written, and are whose they should be."""
    if os.geteuid() != 0:
        pytest.skip("only root can be several users")
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "nbp").write_bytes(b"old")
    (folder / "nbp").chmod(0o640)
    for path in (folder, folder / "nbp"):
        os.chown(path, USER, GROUP)
    folder.chmod(0o700)
    said = ["env", f"SUDO_UID={USER}", f"SUDO_GID={GROUP}"] if sudo else []
    made = ["--save-file", str(folder / "nbp"), "-w", str(folder / "c.pcapng")]
    made += ["--ladder", str(folder / "l.svg")]
    words = [*said, *PXECLIENT, "boot", "-q", "-p", IPXE, "-i", "c0", *made]
    done = client.run(words, folder=CHECKOUT)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "nbp").read_bytes() == CONTENT
    assert stat.S_IMODE((folder / "nbp").stat().st_mode) == 0o640
    owners = {path.name: path.stat().st_uid for path in folder.iterdir()}
    new = USER if sudo else 0
    assert owners == {"nbp": USER, "c.pcapng": new, "l.svg": new}


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(("check", "--starter", "-i", "c0", "--case", "D60"), id="check"),
        pytest.param(("matrix", "-p", IPXE, "-p", VMWARE, "-i", "c0"), id="matrix"),
    ],
)
def test_what_is_kept_of_boots_is_the_users(
    served: Lab, client: Host, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """In his closed folder, of which root without rights may see nothing; by sudo it is all his."""
    if os.geteuid() != 0:
        pytest.skip("only root can be several users")
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    os.chown(home, USER, GROUP)
    said = ["env", f"SUDO_UID={USER}", f"SUDO_GID={GROUP}"]
    kept, html = home / "kept", home / "all.html"
    wanted = ["--artifacts", str(kept), "--artifacts-all", "--report", f"html={html}"]
    done = client.run([*said, *PXECLIENT, *options, *wanted], folder=CHECKOUT)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    made = [kept, html, *kept.rglob("*")]
    assert {path.stat().st_uid for path in made} == {USER}
    assert {path.name for path in made} >= {"index.html", "boot.pcapng", "ladder.html", "again.sh"}


def test_who_writes_takes_no_name_that_leads_elsewhere(tmp_path: Path) -> None:
    """Whoever has got hold of what reads frames cannot have other files written."""
    kept = tmp_path / "kept"
    (tmp_path / "named").write_bytes(b"old")
    scribe = Scribe([tmp_path / "named"], kept)
    try:
        scribe.place_in(kept, "case/boot.json", _content)
        assert (kept / "case" / "boot.json").read_bytes() == CONTENT
        for name in ("../named", "/etc/x", "case/../../named", ".x", "a/b/c", ""):
            with pytest.raises(OSError, match="nvalid argument"):
                scribe.place_in(kept, name, _content)
        with pytest.raises(OSError, match="no folder that was named"):
            scribe.place_in(tmp_path, "named", _content)
    finally:
        scribe.close()
    assert (tmp_path / "named").read_bytes() == b"old"
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"named", "boot.json"}


def _content(file: BinaryIO) -> None:
    file.write(CONTENT)


def test_many_machines_on_one_socket(served: Lab, client: Host) -> None:
    """A table and a suite need no right that they no longer have."""
    matrix = pxeclient(client, "matrix", "-p", IPXE, "-p", VMWARE, "-i", "c0")
    assert matrix.returncode == 0, matrix.stdout + matrix.stderr
    assert re.search("2 machines: .*2 boot", matrix.stdout)
    check = pxeclient(client, "check", "--starter", "-i", "c0", "--json")
    assert '"met"' in check.stdout, check.stderr
    assert "right" not in check.stderr


@pytest.mark.parametrize("command", ["explain", "compare"])
def test_a_capture_that_only_root_may_read(client: Host, tmp_path: Path, command: str) -> None:
    """In somebody's closed folder: it is read all the same."""
    if os.geteuid() != 0:
        pytest.skip("only root can be several users")
    folder = tmp_path / "home"
    folder.mkdir()
    capture = str(folder / "c.pcapng")
    assert pxeclient(client, "boot", "-q", "-p", IPXE, "-w", capture).returncode == 0
    for path in (folder / "c.pcapng", folder):
        os.chown(path, USER, GROUP)
        path.chmod(0o700)
    options = ["-p", IPXE] if command == "compare" else ["-q"]
    done = pxeclient(client, command, capture, *options)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["boot", "matrix", "check"])
def test_a_second_of_us_is_noticed(served: Lab, client: Host, command: str) -> None:
    """With the address of one that boots; not with another one, nor when that is over."""
    mac, told = "52:54:00:12:34:56", "Another pxeclient has the same MAC address"
    suite = served.folder / "suite.toml"
    suite.write_text(f'profiles = ["{IPXE}"]\nmac = "{mac}"\n[[cases]]\nname = "a"\nboots = true\n')
    words = {
        "boot": ("boot", "-q", "-p", IPXE, "-i", "c0", "--mac", mac),
        "matrix": ("matrix", "-p", IPXE, "-i", "c0", "--mac", mac),
        "check": ("check", str(suite), "-i", "c0"),
    }[command]
    with deed(client, "hold", "c0") as held:
        held.step()
        assert told in pxeclient(client, *words).stderr
        other = pxeclient(client, "boot", "-q", "-p", IPXE, "-i", "c0", "--mac", mac[:-1] + "7")
        assert told not in other.stderr
        held.step()
    assert told not in pxeclient(client, *words).stderr


def test_a_capture_that_grows_is_read_without_rights(client: Host, tmp_path: Path) -> None:
    """By all threads of the process, of which one does nothing but read."""
    capture = tmp_path / "c0"  # by that name the process is found
    assert pxeclient(client, "boot", "-q", "-p", IPXE, "-w", str(capture)).returncode == 0
    words = [*PXECLIENT, "watch", "--follow", str(capture)]
    running = client.spawn(words, environment={"PYTHONIOENCODING": "utf-8"}, folder=CHECKOUT)
    try:
        running.await_log("Watching", 120.0)
        script = STATUS.replace("[0-9]*", "[0-9]*/task/*").replace('b"c0" in words', "True")
        done = client.run([sys.executable, "-c", script])
        found = [[int(word, 16) for word in line.split()] for line in done.stdout.splitlines()]
    finally:
        running.stop()
    assert len(found) == 2
    assert [one[1] for one in found] == [reading()] * 2
