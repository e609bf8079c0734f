"""The findings below a table from a capture say nothing that its rows do not bear out."""

from __future__ import annotations

import pytest

from tests.cli.runner import run
from tests.explain.captures import CAPTURES


@pytest.mark.parametrize(
    ("firmware", "scenario", "other"),
    [
        ("ipxe-82540em", "plain-dhcp-bootfile", "edk2"),
        ("ovmf-virtio", "plain-dhcp-bootfile", "ipxe"),
    ],
)
def test_no_file_is_judged_that_was_sent_to_others(
    firmware: str, scenario: str, other: str
) -> None:
    """A server that looks at option 93 would have sent this machine something else."""
    result = run(
        "matrix", "--capture", str(CAPTURES / firmware / scenario / "capture.pcap"), "-p", other
    )
    assert "not judged" in result.stdout
    assert "A-FALL" not in result.stdout
