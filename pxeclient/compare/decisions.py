"""What a boot came to, apart from its bytes: the decisions that two boots can be compared by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from pxeclient.outcome import BEYOND, Booted, Failed
from pxeclient.report.frames import summarise
from pxeclient.trace import Trace
from pxeclient.wire import dhcp, pxe, tftp
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions of one boot."""

    result: str
    """``booted``, ``failed``, ``timeout`` (it waits for a key), ``not emulated``."""
    proxy_server: str | None
    """Whom it asked on port 4011 first, without a boot item."""
    proxy_source_port: int | None
    proxy_requests: int
    discovery: str
    """How it looked for a boot server: unicast, multicast, broadcast, or none."""
    discovery_targets: tuple[str, ...]
    """Where, sorted: in which order is told by the packets."""
    boot_file: str | None
    tftp_server: str | None
    text: str
    """The firmware's last words; empty where it has none."""


def of_trace(trace: Trace) -> Decisions:
    """The decisions of our client's boot."""
    proxies: list[tuple[str, int]] = []
    targets: dict[str, None] = {}
    file: tuple[str, str] | None = None
    for _, frame, ours in trace.frames():
        summary = summarise(frame)
        if not ours:
            continue
        if summary.message is not None and _is_discovery(summary.message):
            targets[summary.destination.replace("broadcast", "255.255.255.255")] = None
        elif summary.message is not None and summary.destination.endswith(":4011"):
            port = int(summary.source.rsplit(":", 1)[1])
            proxies.append((summary.destination.removesuffix(":4011"), port))
        elif isinstance(summary.tftp, tftp.Request):
            file = printable(summary.tftp.filename), summary.destination.rsplit(":", 1)[0]
    return Decisions(
        _result(trace),
        proxies[0][0] if proxies else None,
        proxies[0][1] if proxies else None,
        len(proxies),
        _way(list(targets)),
        tuple(sorted(targets)),
        file[0] if file else None,
        file[1] if file else None,
        trace.outcome.text if isinstance(trace.outcome, Failed) else "",
    )


def _is_discovery(message: dhcp.Message) -> bool:
    """It asks for a boot server: option 43 has a boot item."""
    vendor = dhcp.first(message.options, 43)
    if message.op != dhcp.BOOTREQUEST or vendor is None:
        return False
    return dhcp.first(pxe.parse_suboptions(vendor), pxe.BOOT_ITEM) is not None


def _way(targets: list[str]) -> str:
    if not targets:
        return "none"
    first = targets[0].rsplit(":", 1)[0]
    if first == "255.255.255.255":
        return "broadcast"
    return "multicast" if 224 <= int(first.split(".")[0]) <= 239 else "unicast"


def _result(trace: Trace) -> str:
    match trace.outcome:
        case Booted():
            return "booted"
        case Failed(failure) if failure in BEYOND:
            return "not emulated"
        case Failed():
            return "failed"
        case None:
            return "timeout"


def of_outcome(outcome: Mapping[str, Any]) -> Decisions:
    """The decisions of a recorded boot, from its ``outcome.json``."""
    targets = tuple(sorted(set(outcome["discovery_dst"])))
    name = outcome["bootfile"]
    return Decisions(
        outcome["result"],
        outcome["proxy_request_dst"],
        outcome["proxy_request_src_port"],
        outcome["proxy_request_count"],
        outcome["discovery"],
        targets,
        None if name is None else printable(name.encode("latin-1", "replace")),
        outcome["tftp_server"],
        outcome["error_text"] or "",
    )


def differing(ours: Decisions, recorded: Decisions) -> Iterator[str]:
    """In what our boot came to something else, as sentences."""
    for field in fields(Decisions):
        our_value, value = getattr(ours, field.name), getattr(recorded, field.name)
        if field.name == "text":
            # The recorded line begins with what was on the screen before the words.
            if our_value not in value:
                yield f"its last words are {our_value!r}, the recording has {value!r}"
        elif our_value != value:
            name = field.name.replace("_", " ")
            yield f"{name} is {our_value}, the recording has {value}"
