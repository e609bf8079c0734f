"""Who reads and writes captures leaves nothing in anybody's home."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.runner import process


@pytest.mark.parametrize("has_cache", [False, True], ids=["no cache", "an empty cache"])
def test_home_stays_empty(tmp_path: Path, has_cache: bool) -> None:
    """Whatever is read and written, and whoever names folders of his own."""
    home = tmp_path / "home"
    home.mkdir()
    if has_cache:
        (home / ".cache").mkdir()
    before = sorted(home.rglob("*"))
    capture = str(tmp_path / "boot.pcapng")
    own = {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_CONFIG_HOME": str(home / ".config"),
    }
    for arguments in (
        ("boot", "-q", "-p", "ipxe", "-w", capture),
        ("explain", "-q", capture),
        ("compare", capture, "-p", "ipxe"),
        ("matrix", "--capture", capture, "-p", "ipxe"),
        ("profiles", "learn", capture, "-p", "ipxe"),
    ):
        done = process(*arguments, env=own)
        assert done.returncode == 0, done.stderr
    assert sorted(home.rglob("*")) == before
