"""A recording that ends while a machine waits for port 4011: nobody says that it gets by."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.capture.writing import Written, write
from pxeclient.diagnose import Severity, diagnose
from pxeclient.explain.story import ExplainedAttempt
from pxeclient.explain.summary import finding
from pxeclient.wire import dhcp
from tests.boots import boot_on
from tests.explain.captures import told

INSISTS = ("vmware-e1000e", "intel-boot-agent", "edk2", "vmware-efi")
DEAD = "proxy-60-file-4011-dead"


def cut_at_question(name: str, number: int, path: Path) -> ExplainedAttempt:
    """What is told of such a boot whose recording ends with that question to port 4011, from 1."""
    trace = boot_on(name, DEAD)
    asked = [
        frame.number
        for frame in trace.talk().messages(ours=True)
        if frame.message is not None and frame.message.port == dhcp.PROXY_PORT
    ]
    if number > len(asked):
        pytest.skip("it asks less often")
    frames = [
        Written(1e9 + record.at, octets, ours)
        for record, octets, ours in trace.frames()
        if record.frame <= asked[number - 1]
    ]
    write(path, frames)
    (attempt,) = told(path)
    return attempt


@pytest.mark.parametrize("number", [1, 2, 3, 4])
@pytest.mark.parametrize("name", INSISTS)
def test_who_waits_is_not_said_to_get_by(name: str, number: int, tmp_path: Path) -> None:
    """A second or two after the first question nobody can tell how it went on; after two repeats it
    is told what the servers' fault may be, and what to change."""
    attempt = cut_at_question(name, number, tmp_path / "cut.pcapng")
    about = [one for one in attempt.findings if one.id == "D43-VMW"]
    assert all(one.severity in (Severity.HELD, Severity.STOPS) for one in about)
    main = finding(attempt)
    if number > 2:
        assert main is not None
        assert main.id == "D43-VMW"
    else:
        assert main is None


def test_who_does_not_ask_gets_by() -> None:
    """The same offer to iPXE, which boots from it."""
    (found,) = [one for one in diagnose(boot_on("ipxe", DEAD)) if one.id == "D43-VMW"]
    assert found.severity is Severity.OTHERS
