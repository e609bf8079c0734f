"""What is kept of boots of tests: ``--pxe-artifacts``."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from pxeclient.capture.reading import read
from tests.artifacts.pages import OURS, Read
from tests.cli.runner import run
from tests.pytest_plugin.strangers import OTHERS

CODE = """
import pytest

@pytest.mark.pxe_profiles("ipxe", "vmware-e1000e")
def test_both(pxe_profile, pxe_boot):
    pxe_boot(pxe_profile, network="proxy-60-file-4011-dead").booted()

def test_several(pxe_boot):
    pxe_boot("ipxe", network="plain-dhcp", mac="52:54:00:00:00:07").booted()
    pxe_boot("ipxe", network="plain-dhcp", arch=7, keys=["Ctrl-C"]).booted("no such file")

def test_without(pxe_boot):
    assert False
"""


def kept(pytester: pytest.Pytester, *options: str, code: str = CODE) -> list[Path]:
    """The folders that are kept of the tests, in order."""
    pytester.makepyfile(test_mine=code)
    pytester.runpytest(*OTHERS, "--pxe-artifacts", "kept", *options)
    return sorted(path for path in (pytester.path / "kept").iterdir() if path.is_dir())


def words(folder: Path) -> list[str]:
    """The command that stands there."""
    script = (folder / "again.sh").read_text(encoding="utf-8")
    return shlex.split(script.splitlines()[-1])


def test_tests_that_fail(pytester: pytest.Pytester) -> None:
    """All their boots, each in its folder; nothing of those that do not fail."""
    both, first, second = kept(pytester)
    assert both.name.startswith("test_mine.py-test_both-vmware-e1000e-vmware-e1000e-1-")
    assert first.name.startswith("test_mine.py-test_several-ipxe-1-")
    assert second.name.startswith("test_mine.py-test_several-ipxe-2-")
    assert {path.name for path in both.iterdir()} == {
        "again.sh", "boot.json", "boot.pcapng", "ladder.html",
    }  # fmt: skip
    assert json.loads((both / "boot.json").read_text())["code"] == "PXE-E55"
    page = Read((pytester.path / "kept" / "index.html").read_text(encoding="utf-8"))
    assert page.tags <= OURS
    assert page.rows == 1 + 3
    assert {one for one in page.links if not one.startswith("#")} == {
        f"{path.parent.name}/{path.name}" for one in (both, first, second) for path in one.iterdir()
    }
    assert "D43-VMW" in page.words
    assert "PXE-E55, not booted: vmware-e1000e was to boot; it ended so: PXE-E55" in page.words


def test_boots_are_made_again(pytester: pytest.Pytester) -> None:
    """By the command; where none can say it, by the test."""
    both, first, second = kept(pytester)
    for folder in (both, first):
        name, *asked = words(folder)
        assert name == "pxeclient"
        again = pytester.path / "again.pcapng"
        run(*asked, "--write", str(again))
        found = [[(one.at, one.data) for one in read(path).frames]
                 for path in (again, folder / "boot.pcapng")]  # fmt: skip
        assert found[0] == found[1]
    assert words(second) == ["python", "-m", "pytest", "test_mine.py::test_several"]


def test_all_tests(pytester: pytest.Pytester) -> None:
    """Also those that do not fail."""
    assert len(kept(pytester, "--pxe-artifacts-all")) == 4


def test_several_processes(pytester: pytest.Pytester) -> None:
    """Each writes its own; the page has all."""
    pytest.importorskip("xdist")
    assert len(kept(pytester, "-n", "2", "-p", "xdist")) == 3
    page = Read((pytester.path / "kept" / "index.html").read_text(encoding="utf-8"))
    assert page.rows == 1 + 3


def test_it_is_said_where(pytester: pytest.Pytester) -> None:
    """At the end, if there is anything."""
    pytester.makepyfile(CODE)
    done = pytester.runpytest(*OTHERS, "--pxe-artifacts", "kept")
    done.stdout.fnmatch_lines([f"*3 boots are kept: {pytester.path}/kept/index.html*"])
    pytester.makepyfile("def test_a(pxe_boot): pxe_boot('ipxe', network='plain-dhcp').booted()")
    done = pytester.runpytest(*OTHERS, "--pxe-artifacts", "other")
    done.stdout.no_fnmatch_line("*boots are kept*")


def test_a_folder_that_cannot_be(pytester: pytest.Pytester) -> None:
    """A file is said to be none; what goes wrong later does not hide the tests' results."""
    (pytester.path / "file").write_text("mine")
    pytester.makepyfile(CODE)
    done = pytester.runpytest(*OTHERS, "--pxe-artifacts", "file")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*--pxe-artifacts file: it is no folder*"])
    done = pytester.runpytest(*OTHERS, "--pxe-artifacts", "file/in/it")
    done.assert_outcomes(failed=3, passed=1)
    done.stdout.fnmatch_lines(["*The boots are not kept: *", "*of kept boots is not written: *"])
    assert (pytester.path / "file").read_text() == "mine"


def test_wrong_usage(pytester: pytest.Pytester) -> None:
    """All of what, and where?"""
    done = pytester.runpytest(*OTHERS, "--pxe-artifacts-all")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*--pxe-artifacts-all: name a folder with --pxe-artifacts*"])
