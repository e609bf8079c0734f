"""A suite that starts commands: only the user's own is started unasked, others say so first."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from pxeclient.check.suite import Host, Network
from pxeclient.cli.suite_trust import tell_commands
from tests.cli.runner import complaint, run

COMMAND = ("dnsmasq", "-d", "--conf-file={suite}/my dnsmasq.conf")
SUITE = """
profiles = ["ipxe"]
[network]
server = ["touch", "{suite}/started"]
[[cases]]
name = "boots"
boots = true
"""
STRANGER = 4001

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be several users")


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The user's own, in a folder of his own."""
    path = tmp_path / "mine" / "suite.toml"
    path.parent.mkdir(mode=0o755)
    path.write_text(SUITE)
    path.chmod(0o644)
    return path


def told(path: Path, allowed: bool = False) -> None:
    """That it starts a command."""
    tell_commands(path, Network(server=COMMAND), allowed)


def refused(path: Path) -> str:
    """Why it is not started."""
    with pytest.raises(click.UsageError) as caught:
        told(path)
    message = caught.value.message
    assert "dnsmasq -d '--conf-file={suite}/my dnsmasq.conf'" in message
    assert "--allow-commands" in message
    told(path, allowed=True)
    return message


@pytest.mark.parametrize(
    "network",
    [Network(server=COMMAND, tftp="/etc"), Network(hosts=(Host(), Host(tftp="/etc")))],
)
def test_a_folder_that_is_handed_out(suite: Path, network: Network) -> None:
    """It is a command like others."""
    suite.chmod(0o666)
    with pytest.raises(click.UsageError, match=r"starts a command \(.*--allow-commands"):
        tell_commands(suite, network, allowed=False)


@pytest.mark.parametrize("modes", [(0o644, 0o755), (0o600, 0o700), (0o444, 0o555), (0o644, 0o1777)])
def test_the_users_own(
    suite: Path, capsys: pytest.CaptureFixture[str], modes: tuple[int, int]
) -> None:
    """It is started without a word."""
    suite.chmod(modes[0])
    suite.parent.chmod(modes[1])
    told(suite)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("file", "folder", "words"),
    [
        (0o666, 0o755, "everybody may write to it"),
        (0o644, 0o777, "everybody may write to its folder"),
        (0o664, 0o755, "the group of it (gid "),
        (0o644, 0o775, "the group of its folder (gid "),
        (0o664, 0o1777, "the group of it (gid "),
    ],
)
def test_others_may_have_written_it(
    suite: Path, monkeypatch: pytest.MonkeyPatch, file: int, folder: int, words: str
) -> None:
    """Because of the file, or of its folder."""
    group = SimpleNamespace(gr_name="staff", gr_mem=["somebody", "else"])
    monkeypatch.setattr(grp, "getgrgid", lambda gid: group)
    suite.chmod(file)
    suite.parent.chmod(folder)
    assert words in refused(suite)


def test_a_private_group_is_nobody_else(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Ubuntu and Fedora give each user, with a umask that lets it write."""
    user = SimpleNamespace(pw_name="me", pw_gid=suite.stat().st_gid)
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: user)
    suite.chmod(0o664)
    suite.parent.chmod(0o775)
    for members, is_alone in (([], True), (["you"], False)):
        group = SimpleNamespace(gr_name="me", gr_mem=members)
        monkeypatch.setattr(grp, "getgrgid", lambda gid, group=group: group)
        if is_alone:
            told(suite)
        else:
            refused(suite)


@as_root
def test_somebody_elses(suite: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file or a folder of another user; not of the one who called sudo."""
    os.chown(suite, STRANGER, STRANGER)
    assert f"it belongs to another user (uid {STRANGER})" in refused(suite)
    os.chown(suite.parent, STRANGER, STRANGER)
    monkeypatch.setenv("SUDO_UID", str(STRANGER))
    monkeypatch.setenv("SUDO_GID", str(STRANGER))
    told(suite)
    os.chown(suite.parent, STRANGER + 1, STRANGER)
    assert f"its folder belongs to another user (uid {STRANGER + 1})" in refused(suite)


def test_a_link_is_what_it_leads_to(suite: Path, tmp_path: Path) -> None:
    """However safe the link's own place is."""
    link = tmp_path / "link.toml"
    link.symlink_to(suite)
    told(link)
    suite.parent.chmod(0o777)
    refused(link)


def test_all_hosts_count(suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command is a line, however long, and none has control characters."""
    first = Host(servers=(("a", "\x1b[2J"), ("b", "x" * 9999)))
    network = Network(hosts=(first, Host(address="10.77.0.2/24", servers=(("c",),))))
    suite.chmod(0o666)
    tell_commands(suite, network, True)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0] == f"{suite} starts a '?[2J'"
    assert all(line.isprintable() and len(line) < 400 + len(str(suite)) for line in lines)
    with pytest.raises(click.UsageError, match="and 2 more"):
        tell_commands(suite, network, False)


@pytest.mark.parametrize("network", [Network(practice="plain-dhcp"), Network(interface="eth1")])
def test_without_commands_nobody_asks(
    suite: Path, network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever may have written it."""
    suite.chmod(0o666)
    tell_commands(suite, network, False)
    assert capsys.readouterr().err == ""


def test_check_refuses(suite: Path) -> None:
    """With the status of wrong usage, before anything is started."""
    suite.chmod(0o666)
    done = run("check", str(suite))
    assert "starts a command (touch '{suite}/started'), and everybody may write" in complaint(
        done, 2
    )
    assert os.listdir(suite.parent) == ["suite.toml"]


def test_another_network_needs_no_leave(suite: Path) -> None:
    """The suite's own commands are not started then."""
    suite.chmod(0o666)
    done = run("check", str(suite), "--network", "plain-dhcp")
    assert (done.exit_code, done.stderr) == (0, "")
    assert os.listdir(suite.parent) == ["suite.toml"]
