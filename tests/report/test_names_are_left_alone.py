"""A name is what it is: no sentence changes its first letter because it begins with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pxeclient.diagnose import diagnose
from pxeclient.outcome import Failed
from pxeclient.report import findings
from pxeclient.report.frames import summarise
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.options import printable
from tests.boots import booted
from tests.diagnose.boots import boot
from tests.report.traces import SMALL, lines, text

EDK2 = "edk2"
FIRMWARES = ("ipxe", "vmware-e1000e", EDK2)
SHOUTED = re.compile(r"\b(The|the) (dhcp(offer|ack|nak|discover|request)|bootp|pxe)\b")


def names(trace: Trace) -> Iterator[str]:
    """The file names that were asked for or named."""
    for _, frame, _ in trace.frames():
        summary = summarise(frame)
        if isinstance(summary.tftp, tftp.Request):
            yield printable(summary.tftp.filename)
        if summary.message is not None and summary.message.op == dhcp.BOOTREPLY:
            for name in (summary.message.file, dhcp.first(summary.message.options, 67) or b""):
                yield printable(dhcp.text_field(name))


def told(trace: Trace) -> str:
    """All that people read of a boot."""
    failed = isinstance(trace.outcome, Failed)
    return text([*lines(trace, verbose=True), *findings.lines(diagnose(trace), failed, True)])


@pytest.mark.parametrize("network", SMALL)
@pytest.mark.parametrize("firmware", FIRMWARES)
def test_no_file_name_gets_a_capital(firmware: str, network: str) -> None:
    """On any practice network; nor does a message's name lose its own."""
    trace = booted(firmware, network)
    shown = told(trace)
    assert not SHOUTED.search(shown)
    for name in {name for name in names(trace) if name[:1].islower()}:
        assert not re.search(rf"(?<![\w/]){re.escape(name[:1].upper() + name[1:])}\b", shown), name


@pytest.mark.parametrize("name", ["pxelinux.0", "the.0", "undionly.kpxe", "frame"])
@pytest.mark.parametrize(
    ("firmware", "tftp"),
    [
        (EDK2, {"files": {"*": {"kind": "bios"}}}),
        ("vmware-e1000e", {"files": {"*": {"text": ""}}}),
        ("ipxe", {"silent": True}),
        ("ipxe", {"files": {}}),
        ("vmware-e1000e", {"files": {}}),
    ],
)
def test_a_finding_names_the_file_as_it_is(
    firmware: str, tftp: dict[str, object], name: str
) -> None:
    """Whatever is wrong with the file or the way to it."""
    trace = boot(firmware, both={"file": name}, tftp=tftp)
    found = diagnose(trace)
    assert any(name in one.seen for one in found), [one.seen for one in found]
    shown = told(trace)
    assert name in shown
    assert f"{name[:1].upper()}{name[1:]} " not in shown.replace("Frame ", "")
