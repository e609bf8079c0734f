"""Who boots in a capture: its MAC address, UUID and network card, from its own messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from pxeclient.boot.machine import Machine, Nic, nic_of
from pxeclient.capture.values import Capture, CaptureError
from pxeclient.profile import Profile
from pxeclient.replay.frames import frames_of, is_malformed
from pxeclient.replay.over_ipv6 import ONLY_EXPLAINED
from pxeclient.seen.frame import Frame
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import Mac
from pxeclient.wire.dhcp import Message

VENDOR_CLASS, UUID_OPTION, IPXE_OPTION = 60, 97, 175
FILLED = frozenset({43, 50, 53, 54})
"""Options whose value comes from what servers say."""


@dataclass(frozen=True, slots=True)
class Booting:
    """A station's first DHCPDISCOVER as a PXE client."""

    mac: Mac
    at: float
    message: Message


def dhcp_message(frame: Frame) -> Message | None:
    """The DHCP message that a frame carries, if it carries one."""
    found = frame.dhcp
    return None if found is None or is_malformed(frame) else found.message


def is_pxe(message: Message) -> bool:
    """A client's message that names itself a PXE client (option 60)."""
    vendor_class = dhcp.first(message.options, VENDOR_CLASS) or b""
    return message.op == dhcp.BOOTREQUEST and vendor_class.startswith(pxe.PXECLIENT)


def booting(frames: Sequence[Frame]) -> list[Booting]:
    """The PXE clients of a capture, in the order in which they appear."""
    found: dict[Mac, Booting] = {}
    for frame in frames:
        message = dhcp_message(frame)
        if message is None or frame.message is None or message.type not in (None, dhcp.DISCOVER):
            continue
        if is_pxe(message) and message.hardware == frame.sender:
            mac = Mac(message.hardware)
            found.setdefault(mac, Booting(mac, frame.at, message))
    return list(found.values())


def frames_and_client(taken: Capture, wanted: Mac | None = None) -> tuple[list[Frame], Booting]:
    """The frames of a capture, each read by itself, and its PXE client that boots.

    Raises:
        CaptureError: As `choose` does; with what is to be said of the file, for that may be why.
    """
    frames = frames_of(taken.frames)
    try:
        return frames, choose(frames, wanted)
    except CaptureError as error:
        told = ". ".join((str(error), *(remark.removesuffix(".") for remark in taken.remarks)))
        raise CaptureError(told) from None


def choose(frames: Sequence[Frame], wanted: Mac | None = None) -> Booting:
    """The PXE client that boots; `wanted` chooses among several.

    Raises:
        CaptureError: There is none, there are several, or not the wanted one.
    """
    found = booting(frames)
    if wanted is not None:
        for one in found:
            if one.mac == wanted:
                return one
        raise CaptureError(f"the capture has no PXE client {wanted}: {_listed(found)}")
    if not found:
        raise CaptureError(_why_none(frames))
    if len(found) > 1:
        raise CaptureError(f"the capture has several PXE clients, choose one: {_listed(found)}")
    return found[0]


def _listed(found: list[Booting]) -> str:
    return ", ".join(str(one.mac) for one in found) or "it has none at all"


def _why_none(frames: Sequence[Frame]) -> str:
    messages = [message for frame in frames if (message := dhcp_message(frame))]
    pxe_messages = [message for message in messages if is_pxe(message)]
    if pxe_messages and all(message.type != dhcp.DISCOVER for message in pxe_messages):
        return "the capture begins in the middle of a boot: it has no DHCPDISCOVER of a PXE client"
    if pxe_messages:
        return "the capture has only a relay's copies of a PXE client's messages, not its frames"
    if messages:
        return "no DHCP client in the capture names itself PXEClient in option 60"
    if any(frame.dhcp6 is not None and frame.dhcp6.is_boot for frame in frames):
        return f"the capture is of {ONLY_EXPLAINED}"
    if any(frame.dhcp6 is not None for frame in frames):
        return "the capture has DHCPv6 alone, and nothing of a PXE client over IPv4"
    return "the capture has no DHCP message: begin it before the machine is switched on"


def machine_of(profile: Profile, client: Booting) -> Machine:
    """The machine that boots as in the capture; what its messages do not show is the profile's."""
    default = profile.machine
    nic = _nic(client.message) if profile.shows_nic else None
    return replace(
        default,
        mac=client.mac,
        uuid=_uuid(profile, client.message) or default.uuid,
        nic=nic or default.nic,
    )


def _uuid(profile: Profile, message: Message) -> UUID | None:
    """The UUID, read in the byte order in which the profile writes it."""
    data = dhcp.first(message.options, UUID_OPTION)
    if data is None or len(data) != 17:
        return None
    is_raw = any("{uuid-le}" in template for template in templates_of(profile, UUID_OPTION))
    return UUID(bytes_le=data[1:]) if is_raw else UUID(bytes=data[1:])


def templates_of(profile: Profile, code: int) -> Iterator[str]:
    """The values that a profile has for an option, as templates."""
    traits = profile.traits.dhcp
    for values in (traits.values, *(message.values for message in traits.messages.values())):
        if str(code) in values:
            yield values[str(code)]


def _nic(message: Message) -> Nic | None:
    """The card by its PCI ids, as iPXE tells them in option 175."""
    inside = dhcp.first(message.options, IPXE_OPTION)
    bus = dhcp.first(pxe.parse_suboptions(inside), pxe.IPXE_BUS_ID) if inside else None
    if bus is None or len(bus) != 5:
        return None
    vendor, device = int.from_bytes(bus[1:3], "big"), int.from_bytes(bus[3:5], "big")
    return nic_of(f"{vendor:04x}:{device:04x}")
