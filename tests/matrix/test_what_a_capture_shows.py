"""The findings below a table from a capture say nothing that its rows do not bear out."""

from __future__ import annotations

import pytest

from tests.cli.runner import run
from tests.matrix.recorded import capture


@pytest.mark.parametrize(
    ("firmware", "scenario", "other"),
    [
        ("ipxe-82540em", "plain-dhcp-bootfile", "edk2"),
        ("ovmf-virtio", "plain-dhcp-bootfile", "ipxe"),
        ("ovmf-virtio", "proxy-60-file", "vmware-e1000e"),
    ],
)
def test_no_file_is_judged_that_was_sent_to_others(
    firmware: str, scenario: str, other: str
) -> None:
    """A server that looks at option 93 would have sent this machine something else."""
    result = run("matrix", "--capture", str(capture(firmware, scenario)), "-p", other)
    assert "boot files are not judged" in " ".join(result.stdout.split())
    assert "A-FALL" not in result.stdout
