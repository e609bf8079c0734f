"""The headers of a message as JSON: what a test in another language compares with."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address
from typing import Any

from pxeclient.corpus.knowledge import option_key
from pxeclient.corpus.purposes import Sent
from pxeclient.profile import Profile
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import arp, dhcp, ethernet, ipv4, pxe, tftp
from pxeclient.wire.arp import Arp
from pxeclient.wire.dhcp import Message, Option
from pxeclient.wire.icmp import Icmp
from pxeclient.wire.igmp import Igmp
from pxeclient.wire.options import PXE_SUBOPTIONS, option_name, printable, show_value

_IP_HEADER, _UDP_HEADER = 20, 8


def headers(profile: Profile, sent: Sent) -> dict[str, Any]:
    """A key for each layer that the message has."""
    frame, packet, ports = sent.layers.frame, sent.layers.packet, sent.layers.ports
    found: dict[str, Any] = {
        "ethernet": {
            "destination": str(frame.receiver),
            "source": str(frame.sender),
            "type": frame.ethertype,
            "padding": _padding(sent),
        }
    }
    if packet is not None:
        found["ipv4"] = _ipv4(packet)
    if ports is not None and packet is not None:
        found["udp"] = {
            "source_port": ports[0],
            "destination_port": ports[1],
            "length": _UDP_HEADER + len(frame.payload),
            "checksum": int.from_bytes(packet.payload[6:8], "big"),
        }
    return found | _content(profile, sent)


def _padding(sent: Sent) -> int:
    """Octets that only fill the frame up."""
    packet = sent.layers.packet
    if packet is not None:
        used = _IP_HEADER + len(packet.options) + len(packet.payload)
    elif isinstance(sent.layers.frame.said, Arp):
        used = arp.SIZE
    else:
        return 0
    return len(sent.layers.octets) - ethernet.HEADER - used


def _ipv4(packet: ipv4.Packet) -> dict[str, Any]:
    return {
        "source": str(packet.source),
        "destination": str(packet.destination),
        "protocol": packet.protocol,
        "ttl": packet.ttl,
        "identification": packet.identification,
        "tos": packet.tos,
        "dont_fragment": packet.dont_fragment,
        "options_hex": packet.options.hex(),
        "length": _IP_HEADER + len(packet.options) + len(packet.payload),
    }


def _content(profile: Profile, sent: Sent) -> dict[str, Any]:
    match sent.layers.frame.said:
        case Dhcp(message=message):
            return {"dhcp": _dhcp(profile, sent, message)}
        case Arp() as message:
            return {"arp": _arp(message)}
        case Igmp() as message:
            return {"igmp": _igmp(message)}
        case Icmp(type=type_, code=code):
            return {"icmp": {"type": type_, "code": code}}
        case _ if (packet := sent.layers.frame.tftp) is not None:
            return {"tftp": _tftp(packet)}
        case _:
            return {}


def _dhcp(profile: Profile, sent: Sent, message: Message) -> dict[str, Any]:
    return {
        "type": message.type,
        "op": message.op,
        "htype": message.htype,
        "hlen": message.hlen,
        "hops": message.hops,
        "xid": message.xid,
        "secs": message.secs,
        "flags": message.flags,
        "ciaddr": str(message.ciaddr),
        "yiaddr": str(message.yiaddr),
        "siaddr": str(message.siaddr),
        "giaddr": str(message.giaddr),
        "chaddr_hex": message.chaddr.hex(),
        "sname": printable(dhcp.text_field(message.sname)),
        "file": printable(dhcp.text_field(message.file)),
        "options": list(_options(profile, sent, message)),
        "after_end": len(message.rest),
    }


def _options(profile: Profile, sent: Sent, message: Message) -> Iterator[dict[str, Any]]:
    at = dhcp.FIXED
    for option in message.options:
        key = option_key(profile, sent.purpose, option.code)
        yield {
            "code": option.code,
            "name": "pad" if option.code == dhcp.PAD else option_name(option.code),
            "offset": at,
            "length": None if option.code in (dhcp.PAD, dhcp.END) else len(option.data),
            "hex": option.data.hex(),
            "text": show_value(option.code, option.data),
            "value": key,
            "evidence": None if key is None else profile.evidence[key].level.value,
            **_suboptions(option),
        }
        at += dhcp.option_size(option)


def _suboptions(option: Option) -> dict[str, Any]:
    if option.code != 43:
        return {}
    inside, rest = dhcp.scan_options(option.data)
    return {
        "suboptions": [
            {
                "code": sub.code,
                "name": "end" if sub.code == dhcp.END else PXE_SUBOPTIONS.get(sub.code, "unknown"),
                "length": None if sub.code in (dhcp.PAD, dhcp.END) else len(sub.data),
                "hex": sub.data.hex(),
            }
            for sub in inside
        ],
        "boot_server_type": _boot_server_type(inside),
        "after_suboptions": len(rest),
    }


def _boot_server_type(options: tuple[Option, ...]) -> int | None:
    item = dhcp.first(options, pxe.BOOT_ITEM)
    return int.from_bytes(item[:2], "big") if item else None


def _tftp(message: tftp.Message) -> dict[str, Any]:
    match message:
        case tftp.Request(filename, options, mode, write):
            return {
                "operation": tftp.WRQ if write else tftp.RRQ,
                "filename": printable(filename),
                "mode": printable(mode),
                "options": [[printable(name), printable(value)] for name, value in options],
            }
        case tftp.Data(block, content):
            return {"operation": 3, "block": block, "size": len(content)}
        case tftp.Ack(block):
            return {"operation": 4, "block": block}
        case tftp.Error(code, text):
            return {"operation": 5, "code": code, "message": printable(text)}
        case tftp.OptionAck(options):
            named = [[printable(name), printable(value)] for name, value in options]
            return {"operation": tftp.OACK, "options": named}


def _arp(message: Arp) -> dict[str, Any]:
    return {
        "operation": message.operation,
        "sender_mac": str(message.sender_mac),
        "sender": str(message.sender),
        "target_mac": str(message.target_mac),
        "target": str(message.target),
    }


def _igmp(message: Igmp) -> dict[str, Any]:
    group: IPv4Address = message.group
    return {
        "type": message.type,
        "group": str(group),
        "max_response": message.max_response,
    }
