"""How often a boot's DHCP messages are read: once by the machine, once by who tells of it."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from pxeclient.report.as_json import as_json
from pxeclient.wire import dhcp
from pxeclient.wire.dhcp import Message
from tests.boots import boot_on


def test_a_message_is_read_once_by_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings, events and all else that JSON has are made of one reading."""
    readers: Counter[str] = Counter()
    parse = dhcp.parse

    def counted(octets: bytes) -> Message:
        readers[sys._getframe(1).f_globals["__name__"].split(".")[1]] += 1
        return parse(octets)

    monkeypatch.setattr(dhcp, "parse", counted)
    trace = boot_on("vmware-e1000e", "proxy-60-file-4011-dead")
    readers.pop("practice", None)  # the servers read for themselves
    as_json(trace, 0)
    talk = trace.talk()
    received = sum(not frame.ours for frame in talk.frames if frame.dhcp is not None)
    sent = sum(frame.ours for frame in talk.frames if frame.dhcp is not None)
    assert received > 1 < sent
    assert readers == {"boot": received, "seen": received + sent}
