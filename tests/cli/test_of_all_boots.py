"""What is told and kept of several boots: one capture, and as much as is asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pxeclient.capture.reading import read
from tests.cli.runner import complaint, run
from tests.lab.labs import CONTENT, DNSMASQ, require_lab

DEAD = "proxy-60-file-4011-dead"
MATRIX = ("matrix", "-p", "ipxe", "-p", "vmware-e1000e", "--network", DEAD)
CHECK = ("check", "--starter", "--network", "plain-dhcp", "--case", "A-*")


@pytest.mark.parametrize("words", [MATRIX, CHECK], ids=lambda words: words[0])
def test_one_capture_of_all(words: tuple[str, ...], tmp_path: Path) -> None:
    """Boots in their order, one after the other, each frame where a boot alone has it."""
    path = tmp_path / "all.pcapng"
    done = run(*words, "-w", str(path))
    assert done.stdout == run(*words).stdout
    times = [frame.at for frame in read(path).frames]
    assert times == sorted(times)
    assert len(times) > 10


def test_each_boot_is_there(tmp_path: Path) -> None:
    """With a word of whose power-on it is, and what was decided."""
    path = tmp_path / "all.pcapng"
    run(*MATRIX, "-w", str(path))
    count = 0
    for name in ("ipxe", "vmware-e1000e"):
        one = tmp_path / f"{name}.pcapng"
        run("boot", "-q", "-p", name, "--network", DEAD, "-w", str(one))
        count += len(read(one).frames)
    assert len(read(path).frames) == count
    written = path.read_bytes()
    for words in (b"ipxe is switched on", b"vmware-e1000e is switched on", b"proxy-silent"):
        assert words in written
    told = run("explain", "-q", str(path)).stdout
    assert len(re.findall(r"^([0-9a-f]{2}:){5}", told, re.MULTILINE)) == 2


@pytest.mark.parametrize("words", [MATRIX, CHECK, ("boot", "-p", "ipxe")], ids=lambda one: one[0])
def test_quiet_is_the_end_of_what_is_told(words: tuple[str, ...]) -> None:
    """The verdict alone."""
    quiet, whole = run(*words, "-q").stdout.splitlines(), run(*words).stdout.splitlines()
    assert quiet[0].startswith("■")
    assert whole[-len(quiet) :] == quiet
    assert len(quiet) < len(whole)


def test_verbose_tells_every_decision() -> None:
    """Below each row or case; what is there without it stays."""
    for words in (MATRIX, CHECK):
        verbose, whole = run(*words, "-v").stdout, run(*words).stdout
        assert "◆" in verbose
        assert "◆" not in whole
        rest = iter(verbose.splitlines())
        assert all(line in rest for line in whole.splitlines())


@pytest.mark.parametrize("words", [MATRIX, CHECK], ids=lambda words: words[0])
def test_two_outputs_are_not_one_file(words: tuple[str, ...]) -> None:
    """Whatever they are."""
    said = complaint(run(*words, "-w", "x", "--report", "json=x"), 2)
    assert said == "--write and --report json cannot both go to x"


def test_a_pace_on_a_practice_network() -> None:
    """As of `boot`: quicker than a person can tell here; 0 is as if there were none."""
    words = ("matrix", "-p", "ipxe", "--time-scale")
    told = {run(*words, pace).stdout for pace in ("0", "0.001")}
    assert told == {run("matrix", "-p", "ipxe").stdout}


def test_whose_settings(tmp_path: Path) -> None:
    """`matrix --server-kind` is as of a boot."""
    shown = {kind: run(*MATRIX, "--server-kind", kind).stdout for kind in ("kea", "dnsmasq")}
    assert shown["kea"] != shown["dnsmasq"]


def test_several_reports(tmp_path: Path) -> None:
    """Of one run, each as if it were the only one."""
    paths = {format: tmp_path / format for format in ("json", "html", "markdown")}
    given = [word for name, path in paths.items() for word in ("--report", f"{name}={path}")]
    assert run(*MATRIX, *given).stdout == run(*MATRIX).stdout
    assert json.loads(paths["json"].read_text())["schema"].startswith("pxeclient-matrix/")
    assert paths["html"].read_text().startswith("<!doctype html>")
    assert paths["markdown"].read_text() == run(*MATRIX, "--markdown").stdout


@pytest.mark.live
def test_a_lab_has_all_of_it(tmp_path: Path) -> None:
    """Addresses that count up, a capture, a ladder, a page; and little on the screen."""
    require_lab("dnsmasq")
    (tmp_path / "boot.0").write_bytes(CONTENT)
    server = ("--dhcp-boot=boot.0", "--enable-tftp", f"--tftp-root={tmp_path}")
    capture, ladder, page = (tmp_path / name for name in ("c.pcapng", "l.txt", "p.html"))
    done = run(
        "lab", "run", "-p", "ipxe", "-p", "edk2", "-q", "--mac", "52:54:00:11:22:33",
        "-w", str(capture), "--ladder", str(ladder), "--report", f"html={page}",
        "--time-scale", "0.5", "--", *DNSMASQ, *server,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    assert lines[0].startswith("■ Booted boot.0")
    assert lines[-1] == "1 of 2 booted."  # the file is none of UEFI's
    macs = {frame.data[6:12].hex() for frame in read(capture).frames}
    assert {"525400112233", "525400112234"} <= macs
    assert "DHCPDISCOVER" in ladder.read_text()
    assert page.read_text().count('class="ladder wide"') == 2
