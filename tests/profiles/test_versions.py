"""Which state of a profile it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pxeclient import profile as profiles
from tests.cli.runner import run

TEXT = (profiles.folder() / "ipxe.toml").read_text(encoding="utf-8")
IPXE = profiles.load("ipxe").version


def version(folder: Path, text: str) -> str:
    """Of a profile with that text."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return profiles.load(str(path)).version


def test_every_profile_has_its_own() -> None:
    """Variants too: what they do differs."""
    names = [*profiles.names(), "vmware-e1000e+port-68", "vmware-e1000e+prl-24"]
    found = [profiles.load(name).version for name in names]
    assert len(set(found)) == len(names)
    assert all(re.fullmatch("[0-9a-f]{12}", one) for one in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n[machine]", "\n# A remark.\n\n[machine]"),
        ('title = "', 'title = "Another '),
        ('"read in source"', '"inferred"'),
        ('name = "ipxe"', 'name = "mine"'),
    ],
)
def test_what_is_said_of_it_changes_nothing(tmp_path: Path, old: str, new: str) -> None:
    """Comments, titles, evidence, the name and the place."""
    changed = TEXT.replace(old, new)
    assert changed != TEXT
    assert version(tmp_path, changed) == version(tmp_path, TEXT) == IPXE


@pytest.mark.parametrize(
    ("pattern", "new"),
    [
        (r"ttl = \d+", "ttl = 77"),
        (r'policy = "ipxe"', 'policy = "ipxe-2019"'),
        (r"arp-waits = \[[^]]*\]", "arp-waits = [1.0, 2.0]"),
        (r"(?m)^runs = .*$", 'runs = ["raw"]'),
    ],
)
def test_what_it_does_changes_it(tmp_path: Path, pattern: str, new: str) -> None:
    """A value, a list, the tables, the files that it runs."""
    changed = re.sub(pattern, new, TEXT, count=1)
    assert changed != TEXT
    assert version(tmp_path, changed) != IPXE


def test_it_is_shown() -> None:
    """`pxeclient profiles show`."""
    assert f"\nVersion: {IPXE} " in run("profiles", "show", "ipxe").stdout
