"""What a capture says of a boot: the part of an outcome.json that anybody can read off it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from pxeclient.capture import reading
from pxeclient.wire import dhcp, pxe, tftp
from pxeclient.wire.errors import WireError
from tools.record import dhcp6, dns, ipv6, layers, tcp
from tools.record.events import message_name, message_of, option_pairs, suboptions
from tools.record.layers import TCP, Layers

_DHCP6_MESSAGES = (
    "solicit", "request", "inforequest", "renew", "release", "decline", "confirm",
)  # fmt: skip
_HTTP = (b"GET ", b"HEAD")


def frames_of(capture: Path) -> list[Layers]:
    """The frames of a capture that are frames, with zeros for what was not captured of them.

    Raises:
        pxeclient.capture.values.CaptureError: It cannot be read.
    """
    found = reading.read(capture).frames
    whole = ((one.number, one.at, one.data.ljust(one.length, b"\0")) for one in found)
    return [frame for one in whole if (frame := layers.read(*one)) is not None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A DHCP message of the machine's."""

    frame: Layers
    message: dhcp.Message

    @property
    def is_search(self) -> bool:
        """It asks for a boot server: option 43 has a boot item."""
        return dhcp.first(suboptions(self.message), pxe.BOOT_ITEM) is not None

    @property
    def is_discover(self) -> bool:
        """A DHCPDISCOVER."""
        return message_name(self.message) == "discover"

    @property
    def is_request(self) -> bool:
        """A DHCPREQUEST to a DHCP server."""
        at_home = self.frame.port == dhcp.SERVER_PORT
        return at_home and message_name(self.message) == "request" and not self.is_search

    @property
    def is_proxy_request(self) -> bool:
        """A question to a ProxyDHCP server."""
        return self.frame.port == dhcp.PROXY_PORT and not self.is_search


def start(frames: Sequence[Layers]) -> float:
    """When the boot begins: the boot client's first DHCP message, not an IP stack's own.

    Boot clients say their architecture (option 93, in DHCPv6 61). Without one it is the first DHCP
    message, without that the first frame.
    """
    ours = [frame for frame in frames if frame.ours]
    asking = [frame for frame in ours if message_of(frame) or message6_of(frame)]
    boots = [frame for frame in asking if _is_boot_client(frame)]
    every = boots or asking or ours or list(frames)
    return every[0].at if every else 0.0


def _is_boot_client(frame: Layers) -> bool:
    if message := message_of(frame):
        return dhcp.first(message.options, 93) is not None
    six = message6_of(frame)
    return six is not None and six.first(dhcp6.ARCHITECTURE) is not None


def message6_of(frame: Layers) -> dhcp6.Message | None:
    """The DHCPv6 message in a datagram."""
    ports = {frame.source_port, frame.port} & {dhcp6.CLIENT_PORT, dhcp6.SERVER_PORT, 4011}
    is_six = frame.is_udp and frame.source is not None and frame.source.version == 6
    return dhcp6.parse(frame.payload) if is_six and ports else None


def facts(frames: Sequence[Layers]) -> dict[str, Any]:
    """The outcome's keys that the wire tells; times are seconds from `start`."""
    ours = [frame for frame in frames if frame.ours]
    begin = start(frames)

    def since(frame: Layers) -> float:
        return round(frame.at - begin, 2)

    asked = [Asked(frame, message) for frame in ours if (message := message_of(frame))]
    found = _decisions(asked, since)
    requests = [(frame, request) for frame in ours if (request := _read_request(frame))]
    found["rrqs"] = [
        {
            "t": since(frame),
            "file": request.filename.decode("latin-1"),
            "server": str(frame.destination),
            "sport": frame.source_port,
            "options": option_pairs(request.options),
        }
        for frame, request in requests
    ]
    last = found["rrqs"][-1] if requests else {"file": None, "server": None}
    found["http"] = [line for frame in ours for line in _http_lines(frame)]
    found["bootfile"] = last["file"] or (found["http"][-1] if found["http"] else last["file"])
    found["tftp_server"] = last["server"]
    return found


def _decisions(asked: Sequence[Asked], since: Callable[[Layers], float]) -> dict[str, Any]:
    proxies = [one for one in asked if one.is_proxy_request]
    searches = [one for one in asked if one.is_search]
    requests = [one for one in asked if one.is_request]
    first = proxies[0].frame if proxies else None
    ways = dict.fromkeys(_way(one.frame) for one in searches)
    return {
        "proxy_request_sent": bool(proxies),
        "proxy_request_dst": str(first.destination) if first else None,
        "proxy_request_src_port": first.source_port if first else None,
        "proxy_request_count": len(proxies),
        "proxy_request_times": [since(one.frame) for one in proxies],
        "discovery": "+".join(ways) or "none",
        "discovery_dst": sorted({f"{one.frame.destination}:{one.frame.port}" for one in searches}),
        "discovery_times": [since(one.frame) for one in searches],
        "discover_times": [since(one.frame) for one in asked if one.is_discover],
        "request_times": [since(one.frame) for one in requests],
        "dhcp_server_chosen": _addresses(requests, 54),
        "requested_ip": _addresses(requests, 50),
    }


def _way(frame: Layers) -> str:
    address = frame.destination
    assert isinstance(address, IPv4Address)
    if address.packed[3] == 255:
        return "broadcast"
    return "multicast" if address.is_multicast else "unicast"


def _addresses(asked: Iterable[Asked], code: int) -> list[str]:
    found = (dhcp.first(one.message.options, code) for one in asked)
    return sorted({str(IPv4Address(data)) for data in found if data and len(data) == 4})


def _read_request(frame: Layers) -> tftp.Request | None:
    if not frame.is_udp or frame.port != tftp.PORT:
        return None
    try:
        message = tftp.parse(frame.payload)
    except WireError:
        return None
    return message if isinstance(message, tftp.Request) else None


def _http_lines(frame: Layers) -> list[str]:
    segment = tcp.parse(frame.payload) if frame.protocol == TCP else None
    if segment is None or segment.data[:4] not in _HTTP:
        return []
    return [segment.data.split(b"\r\n")[0].decode("latin-1")]


def more_facts(frames: Sequence[Layers]) -> dict[str, Any]:
    """What the outcomes of HTTP boots and of boots over IPv6 have besides; empty for another boot.

    A UEFI machine whose PXE boot over IPv4 failed goes on over IPv6, so that a capture may show the
    beginning of that, and an outcome say nothing of it.
    """
    ours = [frame for frame in frames if frame.ours]
    begin = start(frames)

    def since(frame: Layers) -> float:
        return round(frame.at - begin, 2)

    asked = [(frame, six) for frame in ours if (six := message6_of(frame))]
    names = [(frame, question) for frame in ours if (question := _question(frame))]
    syns = [(frame, opening) for frame in ours if (opening := _opening(frame))]
    if not (asked or names or syns):
        return {}
    return {
        "dhcp6": {
            name: [since(frame) for frame, message in asked if message.name == name]
            for name in _DHCP6_MESSAGES
        },
        "rs": [since(frame) for frame in ours if _is_solicitation(frame)],
        "dns": [
            [since(frame), question.type, question.name, str(frame.destination)]
            for frame, question in names
        ],
        "syn": [
            [since(frame), str(frame.destination), opening.port, opening.source_port]
            for frame, opening in syns
        ],
    }


def _question(frame: Layers) -> dns.Question | None:
    return dns.parse(frame.payload) if frame.is_udp and frame.port == dns.PORT else None


def _opening(frame: Layers) -> tcp.Segment | None:
    segment = tcp.parse(frame.payload) if frame.protocol == TCP else None
    return segment if segment is not None and segment.letters == "S" else None


def _is_solicitation(frame: Layers) -> bool:
    is_icmp = frame.protocol == ipv6.ICMPV6 and bool(frame.payload)
    return is_icmp and frame.payload[0] == ipv6.ROUTER_SOLICITATION
