"""``--artifacts`` and ``--html``: what is kept of boots, and the pages that lead to it."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest

from pxeclient.capture.reading import read
from tests.artifacts.pages import OURS, Read
from tests.cli.runner import CHECKOUT, complaint, run

BARE = "proxy-60-file-4011-dead"
"""The network on which iPXE boots and VMware's ROM does not."""

SUITE = """
title = "Mine"
profiles = ["ipxe", "vmware-e1000e"]
[network]
practice = "proxy-60-file-4011-dead"

[[cases]]
name = "boots"
boots = "boot.0"

[[cases]]
name = "as [UEFI] too?"
profiles = ["ipxe"]
archs = [7]
boots = { kind = "raw" }

[[cases]]
name = "port"
probe = "port-4011"
"""
EVERYTHING = {"again.sh", "boot.json", "boot.pcapng", "ladder.html"}


@pytest.fixture
def suite(tmp_path: Path) -> str:
    """A suite of which some is met and some is not."""
    path = tmp_path / "suite.toml"
    path.write_text(SUITE, encoding="utf-8")
    return str(path)


def folders(where: Path) -> dict[str, set[str]]:
    """What is in each folder."""
    return {
        one.name: {file.name for file in one.iterdir()} for one in where.iterdir() if one.is_dir()
    }


def command(folder: Path) -> list[str]:
    """The words of the command that repeats it."""
    first, *about, last = (folder / "again.sh").read_text(encoding="utf-8").splitlines()
    assert first == "#!/bin/sh"
    assert all(line.startswith("# ") for line in about)
    name, *words = shlex.split(last)
    assert name == "pxeclient"
    return words


def frames(path: Path) -> list[tuple[float, bytes]]:
    """A capture's frames, with their times."""
    return [(one.at, one.data) for one in read(path).frames]


def test_a_suite_keeps_what_is_not_met(suite: str, tmp_path: Path) -> None:
    """A folder for each; a probe is no boot, and has no boot's JSON."""
    kept = tmp_path / "kept"
    plain = run("check", suite)
    done = run("check", suite, "--artifacts", str(kept))
    assert (done.exit_code, done.stdout, done.stderr) == (1, plain.stdout, plain.stderr)
    assert folders(kept) == {
        "boots-vmware-e1000e": EVERYTHING,
        "as-UEFI-too-ipxe-architecture-7": EVERYTHING,
        "port-probe-port-4011": EVERYTHING - {"boot.json"},
    }
    told = json.loads((kept / "boots-vmware-e1000e" / "boot.json").read_text())
    assert (told["schema"], told["profile"]) == ("pxeclient-boot/2", "vmware-e1000e")
    assert (told["code"], told["exit_code"]) == ("PXE-E55", 13)


def test_all_of_a_suite(suite: str, tmp_path: Path) -> None:
    """Also what is met."""
    run("check", suite, "--artifacts", str(tmp_path / "kept"), "--artifacts-all")
    assert set(folders(tmp_path / "kept")) == {
        "boots-ipxe", "boots-vmware-e1000e", "as-UEFI-too-ipxe-architecture-7",
        "port-probe-port-4011",
    }  # fmt: skip


def test_the_page_leads_to_all_that_is_there(suite: str, tmp_path: Path) -> None:
    """Every row is there; every link has its file or its place on the page."""
    kept = tmp_path / "kept"
    run("check", suite, "--artifacts", str(kept))
    page = Read((kept / "index.html").read_text(encoding="utf-8"))
    assert page.tags <= OURS
    assert page.rows == 1 + 4
    files = {one for one in page.links if not one.startswith("#")}
    assert files == {f"{name}/{file}" for name, found in folders(kept).items() for file in found}
    assert {one[1:] for one in page.links if one.startswith("#")} <= {*page.ids}
    assert "D43-VMW" in page.words
    assert "Cure" in page.words


@pytest.mark.parametrize("mac", ["", 'mac = "52:54:00:00:00:09"\n'])
def test_the_boot_can_be_made_again(suite: str, tmp_path: Path, mac: str) -> None:
    """The command that stands there sends and hears the same, to the octet and the microsecond."""
    kept = tmp_path / "kept"
    Path(suite).write_text(mac + Path(suite).read_text(encoding="utf-8"), encoding="utf-8")
    run("check", suite, "--artifacts", str(kept), "--artifacts-all")
    for name in ("boots-ipxe", "boots-vmware-e1000e"):
        words = command(kept / name)
        assert words[0] == "boot"
        run(*words, "--write", str(tmp_path / "again.pcapng"))
        assert frames(tmp_path / "again.pcapng") == frames(kept / name / "boot.pcapng")


@pytest.mark.parametrize("name", ["as-UEFI-too-ipxe-architecture-7", "port-probe-port-4011"])
def test_what_no_boot_repeats_is_tried_again_as_its_case(
    suite: str, tmp_path: Path, name: str
) -> None:
    """And that case alone, whatever signs are in its name."""
    kept, again = tmp_path / "kept", tmp_path / "again"
    run("check", suite, "--artifacts", str(kept))
    words = command(kept / name)
    assert words[:2] == ["check", suite]
    run(*words, "--artifacts", str(again), "--artifacts-all")
    assert list(folders(again)) == [name]
    assert frames(again / name / "boot.pcapng") == frames(kept / name / "boot.pcapng")


def test_options_are_part_of_the_command(tmp_path: Path) -> None:
    """A suite that says nothing of where: the network is the user's, and so are the profiles."""
    suite = tmp_path / "my suite.toml"
    suite.write_text('[[cases]]\nname = "x"\nboots = true\nkeys = ["F8"]\n', encoding="utf-8")
    kept = tmp_path / "kept"
    options = ("--network", BARE, "-p", "vmware-e1000e")
    run("check", str(suite), *options, "--artifacts", str(kept))
    assert command(kept / "x-vmware-e1000e") == [
        "boot", "--profile", "vmware-e1000e", "--network", BARE, "--mac", "00:50:56:12:34:56",
        "--seed", "1", "--key", "F8",
    ]  # fmt: skip


def test_a_scenario_beside_the_suite_is_named_from_where_we_are(tmp_path: Path) -> None:
    """The suite's folder is not the one that the command is run in."""
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine.toml").write_text('title = "nobody is there"\n', encoding="utf-8")
    suite = there / "suite.toml"
    text = SUITE.replace("proxy-60-file-4011-dead", "mine.toml")
    suite.write_text(text, encoding="utf-8")
    kept = tmp_path / "kept"
    done = run("check", str(suite), "--case", "boots", "--artifacts", str(kept))
    assert done.exit_code == 1, done.output
    words = command(kept / "boots-ipxe")
    assert words[words.index("--network") + 1] == str(there / "mine.toml")
    assert run(*words).exit_code == 10


def test_what_lies_there_stays(suite: str, tmp_path: Path) -> None:
    """Files of other names, and folders of an earlier run; what has the same name is replaced."""
    kept = tmp_path / "kept"
    (kept / "old").mkdir(parents=True)
    (kept / "old" / "notes.txt").write_text("mine")
    (kept / "index.html").write_text("old")
    run("check", suite, "--artifacts", str(kept))
    assert (kept / "old" / "notes.txt").read_text() == "mine"
    assert (kept / "index.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_nothing_is_kept_where_all_is_met(tmp_path: Path) -> None:
    """But the page is there, for who looks for it."""
    suite = tmp_path / "suite.toml"
    suite.write_text(SUITE.replace(', "vmware-e1000e"', ""), encoding="utf-8")
    run("check", str(suite), "--case", "boots", "--artifacts", str(tmp_path / "kept"))
    assert [one.name for one in (tmp_path / "kept").iterdir()] == ["index.html"]


def test_nothing_could_be_told(tmp_path: Path) -> None:
    """The suite has failed for it, so it is kept: what was asked, to no answer."""
    suite = tmp_path / "suite.toml"
    suite.write_text('[[cases]]\nname = "web"\nprobe = "http"\n', encoding="utf-8")
    kept = tmp_path / "kept"
    done = run("check", str(suite), "--network", "plain-dhcp", "--artifacts", str(kept))
    assert done.stdout.splitlines()[-1] == "■ 0 met, 0 not met, 1 cannot be told"
    assert folders(kept) == {"web-probe-http": EVERYTHING - {"boot.json"}}


@pytest.mark.parametrize("command", ["check", "matrix"])
def test_a_page_goes_to_standard_output_alone(command: str) -> None:
    """In place of the table."""
    words = ("check", "--starter") if command == "check" else ("matrix",)
    shown = run(*words, "--network", BARE, "--report", "html=-").stdout
    assert shown.startswith("<!doctype html>")
    assert shown.rstrip().endswith("</html>")


@pytest.mark.parametrize("words", [("check", "--starter"), ("matrix",)], ids=lambda words: words[0])
def test_a_folder_that_cannot_be(words: tuple[str, ...], tmp_path: Path) -> None:
    """Said before anything is asked."""
    file = tmp_path / "file"
    file.write_text("mine")
    asked = (*words, "--network", BARE, "--artifacts")
    assert "is a file" in run(*asked, str(file)).stderr
    said = complaint(run(*asked, str(tmp_path / "no" / "where")), 3)
    assert said == f"cannot make {tmp_path}/no/where: there is no folder {tmp_path}/no"
    said = complaint(run(*words, "--network", BARE, "--artifacts-all"), 2)
    assert said == "--artifacts-all: name a folder with --artifacts"
    assert file.read_text() == "mine"


def test_a_strangers_link_is_not_followed(suite: str, tmp_path: Path) -> None:
    """In a folder that is everybody's, a link that another user has put there leads nowhere."""
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    everybodys, mine = tmp_path / "everybodys", tmp_path / "mine"
    everybodys.mkdir()
    mine.mkdir()
    everybodys.chmod(0o1777)
    link = everybodys / "boots-vmware-e1000e"
    link.symlink_to(mine)
    os.chown(link, 4001, 4001, follow_symlinks=False)
    done = run("check", suite, "--artifacts", str(everybodys))
    assert done.exit_code == 3
    assert "another user (uid 4001)" in done.stderr
    assert list(mine.iterdir()) == []


def test_a_suites_page(suite: str, tmp_path: Path) -> None:
    """All results, each with its story; a boot is drawn once, however many cases look at it."""
    path = tmp_path / "suite.html"
    twice = Path(suite).read_text(encoding="utf-8")
    twice += '[[cases]]\nname = "again"\nboots = true\n'
    Path(suite).write_text(twice, encoding="utf-8")
    assert run("check", suite, "--report", f"html={path}").exit_code == 1
    text = path.read_text(encoding="utf-8")
    page = Read(text)
    assert page.tags <= OURS
    assert page.rows == 1 + 6
    assert text.count('class="ladder wide"') == 4
    assert page.words.count("The same boot is drawn with") == 2
    assert all(one.startswith("#") and one[1:] in page.ids for one in page.links)


def test_a_matrix_keeps_who_does_not_boot(tmp_path: Path) -> None:
    """A folder for each; claims are made again as claims."""
    kept, html = tmp_path / "kept", tmp_path / "matrix.html"
    words = ("matrix", "-p", "ipxe", "-p", "vmware-e1000e", "--arch", "0,7", "--network", BARE)
    plain = run(*words)
    done = run(*words, "--artifacts", str(kept), "--report", f"html={html}")
    assert (done.exit_code, done.stdout, done.stderr) == (1, plain.stdout, plain.stderr)
    found = folders(kept)
    assert found == dict.fromkeys(["vmware-e1000e", "vmware-e1000e-architecture-7"], EVERYTHING)
    for name in found:
        asked = command(kept / name)
        again = tmp_path / name
        more = ("--artifacts", str(again)) if asked[0] == "matrix" else ("--write", f"{again}.pcap")
        to = again / name / "boot.pcapng" if asked[0] == "matrix" else Path(more[1])
        run(*asked, *more)
        assert frames(to) == frames(kept / name / "boot.pcapng")
    page = Read(html.read_text(encoding="utf-8"))
    assert page.tags <= OURS
    assert page.rows == 1 + 4
    assert "4 machines: 2 boot, 2 do not boot" in page.words


def test_machines_of_a_matrix_with_addresses_of_their_own(tmp_path: Path) -> None:
    """Each is booted again as the machine that it was, its UUID and its chance too."""
    kept = tmp_path / "kept"
    words = ("matrix", "-p", "edk2", "-p", "vmware-e1000e", "--mac", "52:54:00:aa:bb:07")
    run(*words, "--network", BARE, "--artifacts", str(kept))
    assert set(folders(kept)) == {"edk2", "vmware-e1000e"}
    for name in folders(kept):
        again = tmp_path / f"{name}.pcapng"
        run(*command(kept / name), "--write", str(again))
        assert frames(again) == frames(kept / name / "boot.pcapng")


def test_a_matrix_of_a_capture(tmp_path: Path) -> None:
    """What the capture cannot tell is a row without a boot; what it tells can be made again."""
    capture = CHECKOUT / "tests/captures/ovmf-virtio/proxy-60-file/capture.pcap"
    kept, html = tmp_path / "kept", tmp_path / "matrix.html"
    words = ("matrix", "--capture", str(capture), "-p", "edk2", "-p", "ipxe")
    run(*words, "--artifacts", str(kept), "--artifacts-all", "--report", f"html={html}")
    for name in folders(kept):
        again = command(kept / name)
        assert again[:5] == ["matrix", "--profile", name, "--capture", str(capture)]
        run(*again, "--artifacts", str(tmp_path / "again"), "--artifacts-all")
        one = tmp_path / "again" / name / "boot.pcapng"
        assert frames(one) == frames(kept / name / "boot.pcapng")
    assert Read(html.read_text(encoding="utf-8")).rows == 3
