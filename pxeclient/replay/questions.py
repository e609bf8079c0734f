"""What a booting client asks, so that two clients' questions can be called the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from pxeclient.replay.datagrams import Sent, datagram
from pxeclient.replay.mending import mended
from pxeclient.replay.scene import Scene
from pxeclient.wire import arp, dhcp, ethernet, pxe, tftp
from pxeclient.wire.addresses import ANY
from pxeclient.wire.dhcp import Message
from pxeclient.wire.errors import WireError
from pxeclient.wire.options import printable


@dataclass(frozen=True, slots=True)
class Question:
    """A question, whatever its ports and transaction ids are; repeats are the same question."""

    kind: str
    """``ARP``, ``DISCOVER``, ``REQUEST``, ``4011`` or ``67`` (a boot server's), or ``RRQ``."""
    to: str
    """Whom: an address; empty where everybody is asked."""
    about: str
    """What: a server identifier, a boot server type, a file name (printable); often empty."""
    address: str = field(default="", compare=False)
    """The address that a DHCPREQUEST is for."""

    @property
    def words(self) -> str:
        """Such as ``a request to port 4011 of 10.77.0.2``."""
        match self.kind:
            case "ARP":
                return f"an ARP request for {self.to}"
            case "DISCOVER":
                return "a DHCPDISCOVER"
            case "REQUEST":
                return f"a DHCPREQUEST for the offer of {self.about}"
            case "RRQ":
                return f"the file {self.about} of {self.to}"
            case _:
                whom = "everybody" if self.to.startswith("255.") else self.to
                type_ = f" for boot server type {self.about}" if self.about else ""
                return f"a request to port {self.kind} of {whom}{type_}"

    @property
    def deed(self) -> str:
        """What a client does, such as ``sends a DHCPDISCOVER``."""
        return f"{'asks for' if self.kind == 'RRQ' else 'sends'} {self.words}"

    @property
    def would(self) -> str:
        """What a client would do, such as ``ask 10.77.0.2 on port 4011``."""
        match self.kind:
            case "ARP":
                return f"look for {self.to} by ARP"
            case "DISCOVER":
                return "broadcast a DHCPDISCOVER"
            case "REQUEST":
                return f"request {self.address} of {self.about}"
            case "RRQ":
                return f"ask {self.to} for {self.about} by TFTP"
            case _:
                if self.about:
                    return f"look for a boot server of type {self.about} at {self.to}"
                return f"ask {self.to} on port {self.kind}"


def question(data: bytes) -> Question | None:
    """The question that a client's frame asks; None if it asks none."""
    try:
        frame = ethernet.parse(mended(data))
        if frame.ethertype == ethernet.ARP:
            return _arp(arp.parse(frame.payload))
        found = datagram(data)
        if found is None:
            return None
        if found.port in (dhcp.SERVER_PORT, dhcp.PROXY_PORT):
            return _dhcp(found, dhcp.parse(found.payload))
        message = tftp.parse(found.payload)
    except WireError:
        return None
    if not isinstance(message, tftp.Request):
        return None
    port = "" if found.port == tftp.PORT else f":{found.port}"
    return Question("RRQ", f"{found.destination}{port}", printable(message.filename))


def _arp(asked: arp.Arp) -> Question | None:
    """A search for another station: neither an announcement nor a probe for its own address."""
    is_search = asked.operation == arp.REQUEST and asked.sender not in (asked.target, ANY)
    return Question("ARP", str(asked.target), "") if is_search else None


def _dhcp(sent: Sent, message: Message) -> Question | None:
    if message.op != dhcp.BOOTREQUEST:
        return None
    if message.type in (None, dhcp.DISCOVER):
        return Question("DISCOVER", "", "")
    if message.type != dhcp.REQUEST:
        return None
    item = _boot_item(message)
    if sent.port == dhcp.SERVER_PORT and item is None:
        server = _address(message, 54) or sent.destination
        address = _address(message, 50) or message.ciaddr
        return Question("REQUEST", "", str(server), str(address))
    port = str(sent.port)
    return Question(port, str(sent.destination), "" if item is None else str(item))


def _address(message: Message, code: int) -> IPv4Address | None:
    data = dhcp.first(message.options, code)
    return IPv4Address(data) if data is not None and len(data) == 4 else None


def _boot_item(message: Message) -> int | None:
    vendor = dhcp.first(message.options, 43)
    item = dhcp.first(pxe.parse_suboptions(vendor), pxe.BOOT_ITEM) if vendor else None
    return int.from_bytes(item[:2], "big") if item else None


def asked(scene: Scene) -> frozenset[Question]:
    """All that the recorded client asked."""
    return frozenset(found for _, found in questions(scene))


def leasing(scene: Scene) -> tuple[tuple[Question, ...], bool]:
    """Its DHCPDISCOVERs and DHCPREQUESTs for an address, and whether the last was answered."""
    answered = {heard.after for heard in scene.heard if heard.is_answer}
    found = [one for one in questions(scene) if one[1].kind in ("DISCOVER", "REQUEST")]
    is_leased = bool(found) and found[-1][1].kind == "REQUEST" and found[-1][0] in answered
    return tuple(one for _, one in found), is_leased


def questions(scene: Scene) -> Iterator[tuple[int, Question]]:
    """Each, with the index of the client's frame that asks it."""
    for index, said in enumerate(scene.said):
        found = question(said.data)
        if found is not None:
            yield index, found
