"""Captures lose frames, and end too soon: what they leave open is no failure of a machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from pxeclient.matrix.row import Result
from pxeclient.replay.servers import recording
from tests.compare.recordings import lacking_one, stopped_early
from tests.matrix.recorded import capture, open_recording, rows_of

FIRMWARES = ("ipxe", "vmware-e1000e", "edk2")


def none_fails(recorded: str, scenario: str, parts: Iterable[tuple[str, Path]]) -> None:
    """Who boots by the whole capture does so by the others, or nobody can tell."""
    before = rows_of(open_recording(recorded, scenario), *FIRMWARES)
    booting = [row.profile for row in before if row.result is Result.BOOTED]
    assert booting
    for what, part in parts:
        for row in rows_of(recording(part), *booting):
            assert row.result in (Result.BOOTED, Result.CANNOT_TELL), (what, row)


@pytest.mark.parametrize(
    ("recorded", "scenario"),
    [
        ("ipxe-82540em", "plain-dhcp-bootfile"),
        ("ipxe-82540em", "proxy-60-file"),
        ("ipxe-head-e1000e", "proxy-60-43-menu"),
        ("ipxe-e1000e", "samehost-60-only"),
        ("ovmf-virtio", "plain-dhcp-bootfile"),
        ("ovmf-virtio", "proxy-two"),
        ("ovmf-virtio", "proxy-60-43-menu-mcast"),
    ],
)
def test_who_boots_never_fails_for_want_of_a_frame(
    tmp_path: Path, recorded: str, scenario: str
) -> None:
    """Whichever frame of the servers is missing."""
    none_fails(recorded, scenario, lacking_one(capture(recorded, scenario), tmp_path))


@pytest.mark.parametrize(
    ("recorded", "scenario"),
    [
        # A server that pings an address for three seconds before it offers it.
        ("ipxe-82540em", "dnsmasq-full"),
        ("ipxe-82540em", "proxy-60-43-menu"),
        ("ipxe-head-e1000e", "two-dhcp"),
        ("ovmf-virtio", "proxy-60-only"),
    ],
)
def test_who_boots_never_fails_where_the_capture_ends(
    tmp_path: Path, recorded: str, scenario: str
) -> None:
    """Whenever it is stopped."""
    none_fails(recorded, scenario, stopped_early(capture(recorded, scenario), tmp_path))
