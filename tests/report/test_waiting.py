"""What a machine waits for, in the silences of practice networks."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pxeclient.profile import names
from pxeclient.report.waiting import SHORTEST, Waiting
from pxeclient.trace import Record, Trace
from tests.boots import booted

NETWORKS = (
    "silence", "proxy-only", "request-unanswered", "arp-silent", "tftp-silent",
    "boot-server-silent", "proxy-60-file-4011-dead", "menu", "plain-dhcp", "mtftp-silent",
)  # fmt: skip


def at(trace: Trace, seconds: float) -> str:
    """What is told at that time."""
    waiting = Waiting()
    for record in trace.records:
        if record.at <= seconds:
            waiting.take(record)
    return waiting.told(seconds)


@pytest.mark.parametrize(
    ("firmware", "network", "seconds", "told"),
    [
        ("vmware-e1000e", "silence", 1.5, "first DHCPDISCOVER, 2 s, no offer yet"),
        ("vmware-e1000e", "silence", 12.0, "third DHCPDISCOVER, 12 s, no offer yet"),
        ("ipxe", "silence", 9.0, "fourth DHCPDISCOVER, 9 s, no offer yet"),
        ("edk2", "silence", 20.0, "third DHCPDISCOVER, 20 s, no offer yet"),
        ("edk2", "proxy-only", 8.0,
         "second DHCPDISCOVER, 8 s, a proxy offer has come, no address yet"),
        ("vmware-e1000e", "request-unanswered", 4.0, "DHCPREQUEST, . s, no DHCPACK yet"),
        ("vmware-e1000e", "proxy-60-file-4011-dead", 7.0,
         "third DHCPREQUEST, . s, no reply from 10.77.0.3:4011 yet"),
        ("edk2", "proxy-60-file-4011-dead", 9.0, "no reply from 10.77.0.3:4011 yet"),
        ("edk2", "arp-silent", 6.0, "ARP request, . s, no answer to who has 10.77.0.3"),
        ("ipxe", "tftp-silent", 6.0, "RRQ, . s, no answer from the TFTP server yet"),
    ],
)  # fmt: skip
def test_a_silence(firmware: str, network: str, seconds: float, told: str) -> None:
    """Which time it was asked, for how long, and what has not come."""
    assert re.search(f"{told}$", at(booted(firmware, network), seconds))


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("firmware", names())
def test_silences_of_every_firmware(firmware: str, network: str) -> None:
    """Between any two records there is nothing to tell, or a line that can be shown.

    What is missing has not come: nobody waits for an offer with an address that is there.
    """
    trace, waiting = booted(firmware, network), Waiting()
    for before, after in pairwise(trace.records):
        waiting.take(before)
        told = waiting.told(after.at)
        assert told.isprintable()
        assert "\n" not in told
        assert len(told) < 100
        if after.at - before.at > 100:
            assert told
    waiting.take(trace.records[-1])
    assert waiting.told(trace.ended + 1000) == "" or trace.stopped


@pytest.mark.parametrize("firmware", ["ipxe", "edk2", "vmware-e1000e"])
def test_where_nothing_is_lacking(firmware: str) -> None:
    """An offer that came is not said to be missing."""
    trace, waiting = booted(firmware, "plain-dhcp"), Waiting()
    for before, after in pairwise(trace.records):
        waiting.take(before)
        if "DHCPDISCOVER" in waiting.told(after.at) and waiting._offers:
            assert "so far" in waiting.told(after.at)
    assert not waiting._proxies


def test_what_is_short_is_no_silence() -> None:
    """Nothing flickers."""
    trace = booted("ipxe", "silence")
    assert at(trace, SHORTEST / 2) == ""


@given(st.integers(0, 400), st.floats(0, 1e6))
def test_any_part_of_a_boot(count: int, later: float) -> None:
    """Whenever it is asked."""
    waiting, records = Waiting(), booted("edk2", "menu").records[:count]
    for record in records:
        waiting.take(record)
    last: Record | None = records[-1] if records else None
    assert waiting.told((last.at if last else 0.0) + later).isprintable()
