"""How long a case took by a clock on the wall, beside the machine's own clock."""

from __future__ import annotations

from pathlib import Path

from pxeclient.check.reading import suite_of
from pxeclient.check.running import Running
from pxeclient.check.wires import open_wires

SUITE = {
    "profiles": ["vmware-e1000e", "ipxe"],
    "network": {"practice": "proxy-60-file-4011-dead"},
    "cases": [
        {"name": "fails", "profiles": ["vmware-e1000e"], "fails": "PXE-E55"},
        {"name": "fails so", "profiles": ["vmware-e1000e"], "asks-4011": True},
        {"name": "another", "profiles": ["ipxe"], "boots": True},
        {"name": "flag", "probe": "broadcast-flag"},
    ],
}


def test_a_boot_is_counted_once_however_many_cases_look_at_it() -> None:
    """Virtual seconds of silence take no time here, and sums are of what was really done."""
    suite = suite_of(SUITE)
    assert suite.network is not None
    with open_wires(suite.network, Path()) as wires:
        fails, again, other, probe = Running(suite, wires).results()
    assert fails.seconds == again.seconds > 10
    assert 0 < fails.wall_seconds < 10
    assert again.wall_seconds == 0
    assert other.wall_seconds > 0
    assert probe.wall_seconds > 0
