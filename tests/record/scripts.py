"""Scenarios made up for tests, and a client that speaks to their servers."""

from __future__ import annotations

import io
import json
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from pxeclient.wire import dhcp, tftp
from pxeclient.wire.addresses import BROADCAST_MAC, Mac
from pxeclient.wire.dhcp import Option
from pxeclient.wire.onestep import Peer, read_udp, udp_frame
from tools.record.contents import Contents
from tools.record.firmwares import MAC, Kind
from tools.record.loaders import Loaders
from tools.record.scenario import Script, read
from tools.record.servers.few import Few
from tools.record.servers.four import Four, filled
from tools.record.servers.part import Log, Part
from tools.record.servers.six import Six

CLIENT = Mac.from_text(MAC)
SERVER_MAC = Mac.from_text("52:54:00:aa:00:01")
SERVER = IPv4Address("10.77.0.1")
ADDRESS = IPv4Address("10.77.0.50")
PORT = 2070


def script(folder: Path, **keys: Any) -> Script:
    """A scenario of one server with these keys; `scenario` may hold keys of the whole."""
    whole = keys.pop("scenario", {})
    server = {"name": "one", "ip": str(SERVER), "mac": str(SERVER_MAC)} | keys
    path = folder / "made.json"
    path.write_text(json.dumps({"name": "made", "servers": [server]} | whole))
    return read(path)


def contents(folder: Path) -> Contents:
    """Makes files for a BIOS; programs of others lie in ``files``."""
    return Contents(Kind.BIOS, Loaders(folder / "made", folder / "files"), folder / "made")


def parts(made: Script, folder: Path) -> list[Part]:
    """The servers of a scenario."""
    network, log = filled(made, contents(folder)), Log(io.StringIO())
    return [
        Four(made, network, log),
        Six(made, network, log, 0.0),
        Few(made, network, log),
    ]


class Wire:
    """The servers, and the machine's end of the segment."""

    def __init__(self, made: Script, folder: Path) -> None:
        self.parts = parts(made, folder)
        self.now = 0.0

    def said(self, frame: bytes, wait: float = 0.0) -> list[bytes]:
        """What the servers send to a frame within some seconds."""
        for part in self.parts:
            part.receive(frame, self.now)
        self.now += wait
        return [answer for part in self.parts for answer in part.poll(self.now)]

    def asked(self, *options: Option) -> dhcp.Message | None:
        """The reply to a DHCPDISCOVER."""
        message = dhcp.Message(
            dhcp.BOOTREQUEST, 7, dhcp.chaddr_of(CLIENT), flags=dhcp.BROADCAST_FLAG,
            options=(Option(53, b"\1"), *options, Option(dhcp.END)),
        )  # fmt: skip
        everybody = Peer(BROADCAST_MAC, b"\xff" * 4, dhcp.SERVER_PORT, bytes(4))
        frame = udp_frame(CLIENT, dhcp.CLIENT_PORT, everybody, 0, dhcp.build(message))
        assert frame is not None
        answers = [read_udp(one) for one in self.said(frame)]
        assert len(answers) <= 1
        return dhcp.parse(answers[0].payload) if answers and answers[0] else None

    def fetched(self, name: str, port: int = PORT) -> tftp.Message | None:
        """The first packet that comes to an RRQ, or None."""
        return self.sent(tftp.Request(name.encode()), tftp.PORT, port)

    def sent(self, message: tftp.Message, to: int, port: int = PORT) -> tftp.Message | None:
        """The packet that comes to a TFTP packet, or None."""
        peer = Peer(SERVER_MAC, SERVER.packed, to, ADDRESS.packed)
        frame = udp_frame(CLIENT, port, peer, 0, tftp.build(message))
        assert frame is not None
        answers = [found for one in self.said(frame) if (found := read_udp(one))]
        if not answers:
            return None
        self.tid = answers[0].peer.port
        return tftp.parse(answers[0].payload)
