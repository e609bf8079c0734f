"""Who `pxeclient watch` is once it listens, and what it can still do then."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

import pxeclient as package
from pxeclient.lab import Host, Lab, Program
from tests.lab.labs import CHECKOUT
from tests.live import daemons
from tests.live.boots import IPXE, PXECLIENT, RANGE, boot, tftp_folder, tftp_options
from tests.live.needs import program, require
from tests.live.test_watch import ended, until

pytestmark = pytest.mark.live

USER, GROUP = 4001, 4002
OPENED = """
set -e
closed=$1 hold=$2 count=$3
shift 3
index=0
while [ $index -lt $count ]; do
    mkdir -p $hold/$index
    mount --bind "$1" $hold/$index
    eval "place$index=\\$1"
    index=$((index + 1))
    shift
done
mount -t tmpfs -o mode=755 none "$closed"
while [ $index -gt 0 ]; do
    index=$((index - 1))
    eval "place=\\$place$index"
    mkdir -p "$place"
    mount --move $hold/$index "$place"
done
exec "$@"
"""
"""In a mount namespace of its own: a closed folder is an open one with these places in it."""
STATUS = """
import pathlib, re
for folder in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        words = (folder / "cmdline").read_bytes().split(b"\\0")
        status = (folder / "status").read_text()
    except OSError:
        continue
    if b"pxeclient" in words and b"watch" in words:
        names = "[UG]id|Groups|Cap...|NoNewPrivs"
        print(";".join(re.findall(rf"^(?:{names}):[ \\t]*(.*)", status, re.M)))
"""


@pytest.fixture
def server(lab: Lab, client: Host) -> Host:
    """A server that names a file which is not there."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    daemons.dnsmasq(lab, RANGE, *tftp_options(tftp_folder(lab)), "--dhcp-boot=missing.0")
    return next(one for one in lab.hosts if one.interface == "s0")


def is_open(path: Path) -> bool:
    """Everybody may go through that folder."""
    return bool(path.stat().st_mode & 0o001)


def open_to_all(hold: Path) -> list[str]:
    """What a command begins with, so that everybody can read the program."""
    needed = {Path(one).resolve() for one in (sys.prefix, sys.base_prefix, CHECKOUT)}
    needed.add(Path(package.__file__).parents[1].resolve())
    closed = {
        next((one for one in reversed(path.parents) if not is_open(one)), None) for path in needed
    } - {None}
    if not closed:
        return []
    if len(closed) > 1:
        pytest.skip(f"the program lies in several closed folders: {closed}")
    require("unshare")
    [shut] = closed
    inside = sorted(str(path) for path in needed if shut in path.parents)
    words = [program("unshare"), "--mount", "sh", "-c", OPENED, "sh"]
    return [*words, str(shut), str(hold), str(len(inside)), *inside]


def watching(host: Host, hold: Path, *arguments: str, sudo: bool = False) -> Program:
    """A watcher on a host, started by root for somebody."""
    said = ["env", f"SUDO_UID={USER}", f"SUDO_GID={GROUP}"] if sudo else []
    words = [*open_to_all(hold), *said, *PXECLIENT, "watch", "-i", host.interface, *arguments]
    started = host.spawn(words, folder=CHECKOUT)
    started.await_log("Watching")
    return started


def statuses(host: Host) -> list[list[str]]:
    """User, group, further groups, five sets of capabilities, no_new_privs of each process."""
    done = host.run([sys.executable, "-c", STATUS])
    assert done.stderr == ""
    return [line.split(";") for line in done.stdout.splitlines()]


@pytest.mark.parametrize("sudo", [False, True], ids=["root", "sudo"])
def test_root_is_gone(server: Host, tmp_path: Path, sudo: bool) -> None:
    """All four ids, groups and capabilities, for good; the first line says who goes on."""
    watcher = watching(server, tmp_path, "--jsonl", sudo=sudo)
    [[user, group, groups, *sets, no_new]] = statuses(server)
    watcher.stop()
    [uid] = set(user.split())
    [gid] = set(group.split())
    assert int(uid) != 0
    assert int(gid) != 0
    assert "0" not in groups.split()
    if sudo:
        assert (int(uid), int(gid), groups.split()) == (USER, GROUP, [])
    assert {int(one, 16) for one in sets} == {0}
    assert no_new == "1"
    assert re.search(rf"as (nobody \(uid {uid}\)|uid {uid}), without capabilities", watcher.log)


def test_who_cannot_read_the_program_does_not_go_on(server: Host, tmp_path: Path) -> None:
    """Root does, without capabilities, and says why."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "pxeclient").symlink_to(Path(package.__file__).parent)
    words = ["env", f"PYTHONPATH={closed}", *PXECLIENT, "watch", "-i", server.interface, "--jsonl"]
    watcher = server.spawn(words, folder=tmp_path)
    watcher.await_log("Watching")
    [[user, *_, no_new]] = statuses(server)
    watcher.stop()
    assert set(user.split()) == {"0"}
    assert no_new == "1"
    assert re.search("as root, without capabilities.*: nobody cannot read the program", watcher.log)


def test_all_is_done_without_root(lab: Lab, server: Host, tmp_path: Path) -> None:
    """A capture is kept, a command run and the counts written, all by whom it is now."""
    keep, counts = tmp_path / "boots", tmp_path / "boots.prom"
    watcher = watching(
        server, tmp_path / "hold",
        "--jsonl", "--keep", str(keep), "--textfile", str(counts),
        "--on-failure", "echo user $(id -u) of $PXECLIENT_FINDING; test -s $PXECLIENT_JSON",
        sudo=True,
    )  # fmt: skip
    assert boot(lab, IPXE).status == 21
    until(lambda: bool(ended(watcher)))
    watcher.await_log("user ")
    watcher.stop()
    assert f"user {USER} of T-FOUND" in watcher.log
    assert "ended with status" not in watcher.log
    [kept] = keep.iterdir()
    assert {one.stat().st_uid for one in (keep, kept, counts)} == {USER}
    assert 'finding="T-FOUND"} 1' in counts.read_text()


def test_a_folder_of_roots_is_told_of(server: Host, tmp_path: Path) -> None:
    """Nobody may not write there: who has to be able to, before a boot is missed."""
    keep = tmp_path / "boots"
    keep.mkdir(mode=0o755)
    words = [*open_to_all(tmp_path / "hold"), *PXECLIENT, "watch", "-i", server.interface]
    done = server.run([*words, "--keep", str(keep)], folder=CHECKOUT)
    assert done.returncode == 3
    assert f"nobody writes there, and may not (chown nobody {keep}" in done.stderr


def test_a_services_rights_are_enough(server: Host) -> None:
    """As systemd gives them: an ordinary user with CAP_NET_RAW as ambient capability."""
    require("setpriv")
    alone = ["--bounding-set", "-all,+net_raw", "--inh-caps", "-all,+net_raw"]
    ids = ["--reuid", str(USER), "--regid", str(GROUP), "--clear-groups", "--no-new-privs"]
    words = [program("setpriv"), *ids, *alone, "--ambient-caps", "-all,+net_raw"]
    hold = server.folder / "hold"
    command = [*open_to_all(hold), *words, *PXECLIENT, "watch", "-i", server.interface, "--jsonl"]
    watcher = server.spawn(command, folder=CHECKOUT)
    watcher.await_log("Watching")
    [[user, _, _, *sets, _]] = statuses(server)
    watcher.stop()
    assert set(user.split()) == {str(USER)}
    assert [int(one, 16) for one in sets[1:3]] == [0, 0]
