"""Where the recorded boot attempt ends: what follows is somebody else, or another attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pxeclient.replay.client_of import Booting, dhcp_message, is_pxe
from pxeclient.replay.frames import ends
from pxeclient.replay.tolerance import Tolerance
from pxeclient.seen.frame import Frame
from pxeclient.wire import dhcp, ethernet, tftp
from pxeclient.wire.dhcp import Message

_IDENTITY = (60, 77, 93, 94, 97)
"""The options by which a client says who it is."""
_ALL_DHCPV6 = bytes.fromhex("333300010002")
_ENDS_WITH_CAPTURE = "the capture ends there"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The frames of one boot attempt."""

    frames: tuple[Frame, ...]
    """From the client's first PXE message on, the servers' frames too."""
    ends: float
    """When it was over, as the capture counts."""
    ended: str
    """Why the comparison ends after the last of them."""


@dataclass(slots=True)
class _Transfer:
    """A TFTP transfer, as far as it tells when a file is complete."""

    block_size: int = tftp.BLOCK
    last_block: int | None = None


@dataclass(slots=True)
class _Watch:
    """What a boot attempt has seen so far."""

    first: Message
    discover_secs: int = 0
    settled: bool = False
    """A lease was confirmed, or a file was asked for."""
    transfers: dict[int, _Transfer] = field(default_factory=dict)
    complete: int = 0
    """The client's port of the transfer that is complete."""


def attempt(frames: Sequence[Frame], client: Booting) -> Attempt:
    """The first boot attempt of `client`, from its first message on."""
    begun = [frame for frame in frames if _has_begun(frame, client)]
    watch = _Watch(client.message)
    last_v4 = max(i for i, frame in enumerate(begun) if _is_ours(frame, client) and _is_v4(frame))
    for at, frame in enumerate(begun):
        if _is_ours(frame, client):
            over = _over(watch, frame) or _other_protocol(frame, at > last_v4)
            if over:
                return Attempt(tuple(begun[:at]), frame.at, f"{over} in frame {frame.number}")
            _sent(watch, frame)
        else:
            _heard(watch, frame)
    return Attempt(tuple(begun), begun[-1].at, _ENDS_WITH_CAPTURE)


def _has_begun(frame: Frame, client: Booting) -> bool:
    """What goes out beside the boot may precede its first message by a little."""
    if frame.at >= client.at:
        return True
    is_near = client.at - frame.at <= Tolerance().seconds
    return is_near and _is_ours(frame, client) and not _is_v4(frame)


def _is_ours(frame: Frame, client: Booting) -> bool:
    return frame.sender == client.mac


def _is_v4(frame: Frame) -> bool:
    return frame.ethertype in (ethernet.IPV4, ethernet.ARP)


def _other_protocol(frame: Frame, v4_is_over: bool) -> str:
    """A boot over IPv6 begins: DHCPv6 where nothing of IPv4 follows."""
    if v4_is_over and frame.receiver == _ALL_DHCPV6:
        return "a boot over IPv6 begins"
    return ""


def _over(watch: _Watch, frame: Frame) -> str:
    """Why the client's next frame is no longer part of this attempt; empty if it is."""
    if watch.complete and (ends(frame) is None or frame.source_port != watch.complete):
        return "the boot file is complete, what runs next begins"
    message = dhcp_message(frame)
    if message is None or message.op != dhcp.BOOTREQUEST:
        return ""
    if not is_pxe(message):
        # With a DHCPDECLINE or DHCPRELEASE the same client takes leave, and need not say who it is.
        begins = message.type not in (dhcp.DECLINE, dhcp.RELEASE)
        return "another DHCP client begins" if watch.settled and begins else ""
    if message.type != dhcp.DISCOVER:
        return ""
    if _identity(message) != _identity(watch.first):
        return "another firmware begins"
    if watch.settled or message.secs < watch.discover_secs:
        return "another boot attempt begins"
    watch.discover_secs = message.secs
    return ""


def _identity(message: Message) -> list[bytes | None]:
    return [dhcp.first(message.options, code) for code in _IDENTITY]


def _sent(watch: _Watch, frame: Frame) -> None:
    way = ends(frame)
    if way is None or way[0].port is None:
        return
    port = way[0].port
    transfer = watch.transfers.get(port)
    match frame.said:
        case tftp.Request() if way[1].port not in dhcp.DHCP_PORTS:
            watch.settled = True
            watch.transfers[port] = _Transfer()
        case tftp.Ack(block) if transfer is not None and block == transfer.last_block:
            watch.complete = port
        case _:
            pass


def _heard(watch: _Watch, frame: Frame) -> None:
    way = ends(frame)
    if way is None:
        return
    message = dhcp_message(frame)
    if message is not None and message.op == dhcp.BOOTREPLY:
        if message.type == dhcp.ACK and message.xid == watch.first.xid:
            watch.settled = watch.settled or message.hardware == watch.first.hardware
        return
    transfer = watch.transfers.get(way[1].port or 0)
    if transfer is None:
        return
    match frame.said:
        case tftp.OptionAck() as answer:
            size = answer.get(b"blksize") or b""
            transfer.block_size = int(size) if size.isdigit() and len(size) < 6 else tftp.BLOCK
        case tftp.Data(block, content) if len(content) < transfer.block_size:
            transfer.last_block = block
        case _:
            pass
