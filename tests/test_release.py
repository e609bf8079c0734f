"""What a release is made of: equal sources give equal files, which name nobody and no place."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
import tomllib
from pathlib import Path

import pytest

from tools.release import building, debian
from tools.release.trying import WAYS

ROOT = Path(__file__).parent.parent
WHEN = 1_700_000_000


def filled(folder: Path, names: tuple[str, ...], when: int, mode: int) -> Path:
    """A folder with these files, made in this order, at that time, for those users."""
    folder.mkdir(parents=True)
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
        path.chmod(mode)
        os.utime(path, (when, when))
    return folder


def test_equal_folders_give_equal_archives(tmp_path: Path) -> None:
    """Whoever packs them, and when."""
    names = ("b", "a/x", "a/y", "ä")
    one = filled(tmp_path / "1" / "one", names, 1_000_000_000, 0o600)
    other = filled(tmp_path / "2" / "other", names[::-1], 1_100_000_000, 0o664)
    made = [tmp_path / "1" / "pxeclient-x-1.tar.gz", tmp_path / "2" / "pxeclient-x-1.tar.gz"]
    for source, path in zip((one, other), made, strict=True):
        building.archive(source, path, WHEN)
    assert made[0].read_bytes() == made[1].read_bytes()
    with tarfile.open(made[0]) as tar:
        members = tar.getmembers()
    assert [member.name for member in members] == [
        "pxeclient-x-1", *(f"pxeclient-x-1/{name}" for name in ("a", "a/x", "a/y", "b", "ä"))
    ]  # fmt: skip
    assert {(one.uid, one.gid, one.uname, one.mtime) for one in members} == {(0, 0, "", WHEN)}


def tree(folder: Path, when: int) -> Path:
    """What could be a package."""
    return filled(folder, ("usr/bin/pxeclient", "usr/share/doc/pxeclient/copyright"), when, 0o640)


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is Debian's")
def test_equal_trees_give_equal_packages(tmp_path: Path) -> None:
    """Of files that belong to root, whoever makes it."""
    made = []
    for number, when in enumerate((1_000_000_000, 1_100_000_000)):
        path = tmp_path / f"{number}.deb"
        debian.pack(tree(tmp_path / str(number), when), path, "amd64", WHEN)
        made.append(path.read_bytes())
    assert made[0] == made[1]
    shown = subprocess.check_output(["dpkg-deb", "-c", str(tmp_path / "0.deb")], text=True)
    assert all(" root/root " in line for line in shown.splitlines())
    control = subprocess.check_output(["dpkg-deb", "-f", str(tmp_path / "0.deb")], text=True)
    assert "Depends: python3.11, python3 (>= 3.11), python3 (<< 3.12), libc6 (>= 2.28)" in control
    assert max(map(len, control.splitlines())) <= 90


def test_nobody_is_named() -> None:
    """The maintainer's address cannot exist (RFC 2606 §2)."""
    assert re.fullmatch(r"pxeclient developers <\S+@\S+\.invalid>", debian.MAINTAINER)


def test_the_source_archive_has_no_recordings() -> None:
    """They are most of the repository, and nothing that is built needs them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {"/pxeclient", "/profiles", "/docs", "/LICENSE"} <= set(included)
    assert all((ROOT / name.lstrip("/")).exists() for name in included)
    assert not [name for name in included if name.startswith("/tests")]


def test_every_part_is_tried() -> None:
    """Of those that are made, and the three ways from a checkout."""
    assert {name.partition(":")[0] for name in WAYS} == {
        "wheel", "sdist", "checkout", "deb", "corpus", "site"
    }  # fmt: skip
    for way in ("pip install .", "pipx install .", "uv tool install .", "make boot"):
        assert any(name.startswith(f"checkout: {way}") for name in WAYS), way


def test_what_is_needed_is_pinned() -> None:
    """All that pxeclient needs, and nothing of its extras."""
    needed = debian._needed("pxeclient")
    assert {"click", "msgspec", "h11", "tftpy"} <= needed
    assert not needed & {"scapy", "pytest", "mypy", "cryptography"}


def test_when_the_sources_are_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As told; else the last commit's time, or a fixed one where there is none."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12345")
    assert building.epoch(ROOT) == 12345
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert building.epoch(tmp_path) == building._LONG_AGO
