"""Traces to report on: whole boots on the practice network, and single records."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pxeclient.boot.events import FrameReceived
from pxeclient.practice import scenario as networks
from pxeclient.practice.model import Scenario
from pxeclient.report.transcript import Transcript
from pxeclient.trace import Item, Trace
from pxeclient.wire import ethernet, ipv4

IPXE = "ipxe"
VMWARE = "vmware-e1000e"
BOTH = (IPXE, VMWARE)

SMALL = [name for name in networks.names() if name != "big-file"]
"""The built-in networks that a boot passes in a moment."""


def plain(tmp_path: Path, tftp: str) -> Scenario:
    """The default network with a TFTP server as `tftp` says, in TOML."""
    text = (Path(networks.__file__).parent / "networks" / "plain-dhcp.toml").read_text()
    head, _, _ = text.partition("[servers.tftp]")
    path = tmp_path / "mine.toml"
    path.write_text(f"{head}[servers.tftp]\n{tftp}\n")
    return networks.load(path)


def lines(trace: Trace, verbose: bool = False) -> list[str]:
    """The transcript of a trace."""
    transcript = Transcript(verbose)
    return [line for record in trace.records for line in transcript.lines(record)]


def of(*items: Item, every: float = 0.5) -> Trace:
    """A trace of these items, one each half second."""
    trace = Trace("test", "a test", "practice network test")
    for number, item in enumerate(items):
        trace.add(number * every, item)
    return trace


def in_fragments(trace: Trace) -> Trace:
    """The same boot, all that servers say by UDP in packets of at most 300 octets."""
    made = Trace(trace.profile, trace.title, trace.where, ended=trace.ended)
    for record in trace.records:
        frame = record.seen()
        if frame is None or frame.ours or not frame.is_udp or frame.packet is None:
            made.add(record.at, record.item)
            continue
        for part in ipv4.fragments(frame.packet, 300):
            made.add(record.at, FrameReceived(frame.octets[: ethernet.HEADER] + ipv4.build(part)))
    return made


def text(shown: Iterable[str]) -> str:
    """Lines as one text."""
    return "\n".join(shown)


def uri_network(folder: Path) -> networks.Scenario:
    """A network whose boot file is an http:// URI, which pxeclient does not fetch."""
    path = folder / "uri.toml"
    plain = (Path(networks.__file__).parent / "networks" / "plain-dhcp.toml").read_text()
    path.write_text(plain.replace('"boot.0"', '"http://10.77.0.3/boot.ipxe"'))
    return networks.load(path)
