"""From an Ethernet frame to a whole IPv4 packet: what is odd about it is taken or dropped here.

What all known firmwares agree on is not a trait: a wrong checksum, a header or a length that
does not fit drops the packet; octets after the IP length are padding; a UDP checksum of 0 is
none (`wire.udp`). Sources: ipxe net/ipv4.c (ipv4_rx) and net/udp.c (udp_rx), edk2
Ip4Dxe/Ip4Input.c (Ip4PreProcessPacket) and Udp4Dxe/Udp4Impl.c (Udp4Demultiplex). Intel's EFI
port (EDK1 pxe_bc_ip.c) does not compare the IP length with the frame; whether a BIOS ROM does
is not known.
"""

from __future__ import annotations

from typing import assert_never

from pxeclient.stack.acts import Ignore
from pxeclient.stack.traits import Fragments, IpTraits
from pxeclient.wire import ethernet, ipoptions, ipv4
from pxeclient.wire.errors import WireError
from pxeclient.wire.ethernet import Frame
from pxeclient.wire.fragments import Assembler, Reassembler, Sequencer
from pxeclient.wire.ipv4 import Packet

_TAGS = {ethernet.VLAN: "VLAN", ethernet.PROVIDER_VLAN: "provider VLAN"}


class Intake:
    """One host's way of taking frames and packets. The state is the packets not yet whole."""

    def __init__(self, traits: IpTraits) -> None:
        self._traits = traits
        self._assembler = _assembler(traits.fragments, traits.fragment_wait)
        self._usual = self._assembler
        self._while_fetching = self._usual
        if traits.tftp_fragments is not None:
            self._while_fetching = _assembler(traits.tftp_fragments, traits.fragment_wait)

    def fetches(self, by_tftp: bool) -> None:
        """From now on a file is being fetched by TFTP, or it is not."""
        self._assembler = self._while_fetching if by_tftp else self._usual

    def frame(self, data: bytes) -> Frame:
        """Read a frame.

        Raises:
            WireError: It is shorter than its header, or longer than the card takes.
        """
        frame, most = ethernet.parse(data), self._traits.most_frame
        if frame.ethertype in _TAGS:
            most += ethernet.TAG
        if len(data) > most:
            raise WireError(f"Ethernet: {len(data)} octets, and the card takes {most} at most")
        return frame

    def untagged(self, frame: Frame) -> Frame | Ignore:
        """A frame as it is without a VLAN tag that does not matter, or why it is dropped.

        Raises:
            WireError: It ends within its tag.
        """
        if frame.ethertype not in _TAGS:
            return frame
        vlan, inner = ethernet.untag(frame)
        is_priority = frame.ethertype == ethernet.VLAN and vlan == 0
        if is_priority and self._traits.priority_tags and inner.ethertype not in _TAGS:
            return inner
        what = f"a frame tagged for {_TAGS[frame.ethertype]} {vlan} from {frame.source}"
        if is_priority:
            return Ignore(what, "this firmware takes no tag, not even one that gives a priority")
        return Ignore(what, "this firmware is in no VLAN, so a tagged frame is not for it")

    def packet(self, frame: Frame) -> Packet | Ignore:
        """The packet or fragment in a frame, or why it is dropped.

        Raises:
            WireError: It is malformed.
        """
        packet = ipv4.parse(frame.payload, self._traits.zero_checksum)
        if packet.options and self._traits.checks_options:
            fault = ipoptions.fault(packet.options)
            if fault:
                return Ignore(describe(packet), f"{fault}, and this firmware checks")
        return packet

    def whole(self, packet: Packet, now: float) -> Packet | Ignore | None:
        """The whole packet that this one is, or completes; None while parts are missing."""
        if not packet.is_fragment:
            return packet
        if self._assembler is None:
            return Ignore(describe(packet), self._refusal())
        if packet.dont_fragment and not self._traits.uncut_fragments:
            return Ignore(describe(packet), 'it is a fragment, yet says "don\'t fragment"')
        try:
            return self._assembler.add(packet, now)
        except WireError as error:
            return Ignore(f"a fragment of {describe(packet)}", str(error))

    def _refusal(self) -> str:
        if self._usual is None:
            return "it is a fragment, and this firmware puts none together"
        return "it is a fragment, and this firmware puts none together while it fetches a file"


def describe(packet: Packet) -> str:
    """The packet's ends."""
    return f"an IPv4 packet from {packet.source} to {packet.destination}"


def _assembler(which: Fragments, wait: float) -> Assembler | None:
    match which:
        case Fragments.ANY_ORDER:
            return Reassembler(wait)
        case Fragments.IN_ORDER:
            return Sequencer(wait)
        case Fragments.NONE:
            return None
        case _:
            assert_never(which)
