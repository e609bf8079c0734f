"""Smaller recordings that say the same: without other projects' programs and what repeats itself.

Of a program that a scenario serves by ``path`` the first block stays in the capture, the rest of
its contents becomes zeros (lengths and checksums stay right), and the middle of a long transfer of
a file that ``prune`` names is left out. What belongs to the next boot option is cut off. In a
folder of recordings, the outcome loses `run` and `events`, the scenario goes to where all
recordings that have it share it, logs go, and a long capture is compressed.
"""

from __future__ import annotations

import gzip
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pxeclient.wire import dhcp, ethernet, tftp
from pxeclient.wire.checksum import checksum, udp_checksum
from pxeclient.wire.errors import WireError
from tools.record import layers, outcome, pcap
from tools.record.events import message_of
from tools.record.layers import TCP, UDP, Layers
from tools.record.requests import Bodies, Transfers
from tools.record.scenario import Script, Table
from tools.record.stored import CARRIED, SHARED, capture_of, scenario_of

_KEPT_ENDS = 12
"""Frames that stay at each end of a transfer whose middle goes."""
_SHORTEST_MIDDLE = 20
_KEPT_OF_HTTP = 1024
_NETWORK_OPTIONS = ("http4", "http6", "pxe6")
_LONG = 100_000
"""Octets from which a capture is compressed."""
_PARTS = ("capture.pcap", "capture.pcap.gz", "console.txt", "outcome.json", "scenario.json")
_ETHERNET, _UDP_HEADER = 14, 8


class SharedError(ValueError):
    """Another scenario has that name already."""


def trim(capture: Path, boot: str | None) -> int:
    """Cut off what a UEFI machine does after its option failed: PXE over IPv4. How many frames."""
    if boot not in _NETWORK_OPTIONS:
        return 0
    found = pcap.read(capture)
    for number, record in enumerate(found.records):
        frame = layers.read(number, 0.0, record.octets)
        if frame is not None and _starts_pxe4(frame):
            capture.write_bytes(found.written(found.records[:number]))
            return len(found.records) - number
    return 0


def _starts_pxe4(frame: Layers) -> bool:
    message = message_of(frame) if frame.ours and frame.port == dhcp.SERVER_PORT else None
    vendor = dhcp.first(message.options, 60) if message else None
    return vendor is not None and vendor.startswith(b"PXEClient:")


def without_programs(capture: Path, script: Script) -> dict[str, Any]:
    """Take other projects' programs out of a capture; what was done."""
    found = pcap.read(capture)
    removed, records = _pruned(found.records, script.table.get("prune", ()))
    blanked, records = _blanked(records, script)
    if removed or blanked:
        capture.write_bytes(found.written(records))
    return {"removed": removed, "blanked": blanked}


def _pruned(
    records: Sequence[pcap.Record], names: Sequence[str]
) -> tuple[dict[str, int], list[pcap.Record]]:
    """Without the middles of long transfers; how many frames of which."""
    transfers = Transfers()
    members: dict[tuple[int, str], list[int]] = {}
    for number, record in enumerate(records):
        frame = layers.read(number, 0.0, record.octets)
        transfer = transfers.of(frame) if frame else None
        if transfer is not None:
            members.setdefault(transfer, []).append(number)
    gone: set[int] = set()
    removed: dict[str, int] = {}
    for (first, name), numbers in members.items():
        middle = numbers[_KEPT_ENDS:-_KEPT_ENDS]
        if len(middle) > _SHORTEST_MIDDLE and _is_named(name, names):
            gone.update(middle)
            removed[f"{name} (frame {first})"] = len(middle)
    return removed, [record for number, record in enumerate(records) if number not in gone]


def _is_named(name: str, names: Sequence[str]) -> bool:
    return any(name == one or (one[:1] == "*" and name.endswith(one[1:])) for one in names)


def _blanked(records: Sequence[pcap.Record], script: Script) -> tuple[int, list[pcap.Record]]:
    """With zeros in the place of programs; how many frames were changed."""
    names, paths = _programs(script)
    folded = {name[1:].lower() for name in names if name[:1] == "~"}
    transfers, bodies = Transfers(), Bodies(paths, _KEPT_OF_HTTP)
    count, kept = 0, []
    for number, record in enumerate(records):
        frame = layers.read(number, 0.0, record.octets)
        start = None
        if frame is not None and frame.ethertype == ethernet.IPV4:
            transfer = transfers.of(frame)
            name = transfer[1] if transfer else ""
            is_program = name in names or name.replace("\\", "/").lower() in folded
            if is_program and _is_late_block(frame):
                start = _ETHERNET + (record.octets[_ETHERNET] & 15) * 4 + _UDP_HEADER + 4
            elif frame.protocol == TCP:
                start = bodies.late(frame, record.octets)
        changed = record.octets if start is None else zeroed(record.octets, start)
        count += changed != record.octets
        kept.append(pcap.Record(record.head, changed))
    return count, kept


def _programs(script: Script) -> tuple[set[str], set[str]]:
    """The TFTP names and the HTTP paths under which programs are served."""
    names = {
        name
        for server in script.servers
        for name, spec in server.get("tftp", {}).get("files", {}).items()
        if "path" in spec
    }
    paths = {
        path
        for server in script.http
        for path, found in server.get("paths", {}).items()
        if any("path" in one.get("body", {}) for one in _listed(found))
    }
    return names, paths


def _listed(found: Table | list[Table]) -> list[Table]:
    return list(found) if isinstance(found, list) else [found]


def _is_late_block(frame: Layers) -> bool:
    try:
        message = tftp.parse(frame.payload)
    except WireError:
        return False
    return not frame.ours and isinstance(message, tftp.Data) and message.block != 1


def zeroed(octets: bytes, start: int) -> bytes:
    """An IPv4 frame with zeros from an offset to its packet's end, its checksum right again."""
    header = _ETHERNET + (octets[_ETHERNET] & 15) * 4
    (total,) = struct.unpack_from("!H", octets, _ETHERNET + 2)
    end = _ETHERNET + total
    if start >= end or not any(octets[start:end]):
        return octets
    frame = bytearray(octets)
    frame[start:end] = bytes(end - start)
    source, destination = (bytes(octets[at : at + 4]) for at in (_ETHERNET + 12, _ETHERNET + 16))
    protocol = octets[_ETHERNET + 9]
    place = header + (6 if protocol == UDP else 16)
    frame[place : place + 2] = b"\0\0"
    data = bytes(frame[header:end])
    if protocol == UDP:
        check = udp_checksum(source, destination, data)
    else:
        pseudo = source + destination + struct.pack("!HH", protocol, len(data))
        check = checksum(pseudo + data)
    frame[place : place + 2] = check.to_bytes(2, "big")
    return bytes(frame)


def shrink(recording: Path) -> list[str]:
    """Make a stored recording as small as its kind is kept; what was done.

    Raises:
        SharedError: Another scenario of the same name is shared already.
        ValueError: Something of the recording cannot be read.
        OSError: Something of it cannot be read or written.
    """
    return [*_share_scenario(recording), *_shorten(recording), *_without_logs(recording)]


def _share_scenario(recording: Path) -> Iterator[str]:
    own = recording / "scenario.json"
    if not own.is_file():
        return
    text = own.read_bytes()
    shared = recording.parent.parent / SHARED / f"{recording.name}.json"
    carried = CARRIED / shared.name
    for place in (shared, carried):
        if place.is_file() and place.read_bytes() != text:
            raise SharedError(f"{own}: {place} is another scenario; give yours another name")
    if not shared.is_file() and not carried.is_file():
        shared.parent.mkdir(exist_ok=True)
        shared.write_bytes(text)
        yield f"its scenario is now {shared}"
    own.unlink()
    yield f"its scenario is that of {scenario_of(recording)}"


def _shorten(recording: Path) -> Iterator[str]:
    capture = capture_of(recording)
    found = outcome.reread(recording, capture)
    dropped = [key for key in ("run", "events") if found.pop(key, None) is not None]
    text = outcome.written(found)
    if text != (recording / "outcome.json").read_text(encoding="utf-8"):
        (recording / "outcome.json").write_text(text, encoding="utf-8")
        yield f"outcome.json read off the capture again, without {', '.join(dropped) or 'loss'}"
    if capture.suffix == ".pcap" and capture.stat().st_size > _LONG:
        packed = gzip.compress(capture.read_bytes(), mtime=0)
        capture.with_name("capture.pcap.gz").write_bytes(packed)
        capture.unlink()
        yield "its capture is compressed"


def _without_logs(recording: Path) -> Iterator[str]:
    for path in sorted(recording.iterdir()):
        if path.is_file() and path.name not in _PARTS:
            path.unlink()
            yield f"{path.name} is gone"
