"""Recordings with replies from a wrong UDP port, or with several options 43."""

from __future__ import annotations

from pathlib import Path

import pytest

from pxeclient.diagnose import Severity, diagnose
from tests.cli.runner import run
from tests.explain.captures import told

FILES = Path(__file__).with_name("files")


@pytest.mark.parametrize("firmware", ["ovmf", "ipxe"])
def test_offers_from_port_6767(firmware: str) -> None:
    """Real firmware, recorded: it asks four times. The xids are right, the port is not."""
    first, *_ = told(FILES / f"{firmware}-offer-port-6767.pcap")
    found = {one.id: one for one in diagnose(first.trace)}
    assert "N-XID" not in found
    assert "from UDP port 6767" in found["N-PORT"].seen
    assert found["N-PORT"].severity in (Severity.STOPS, Severity.OTHERS)


@pytest.mark.parametrize("file", ["offer-port-6767.pcap", "ipxe-offer-port-6767.pcap"])
def test_other_firmware_before_such_a_server(file: str) -> None:
    """The table names the port, not a transaction id that the replay did not put in its place."""
    shown = run("matrix", "--capture", str(FILES / file), "-p", "edk2", "-p", "ipxe").stdout
    assert "N-XID" not in shown
    assert "N-PORT" in shown


def test_the_list_is_in_the_second_option_43() -> None:
    """It is there: what a firmware makes of it is not known, so it is not what stopped it."""
    [only] = told(FILES / "three-43.pcap")
    [found] = [one for one in diagnose(only.trace) if one.id == "D43-LIST"]
    assert found.severity is Severity.OTHERS
    assert "the first of 3 instances of option 43; 43.8 stands in a later one" in found.seen
