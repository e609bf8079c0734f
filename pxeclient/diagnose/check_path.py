"""The way to the servers: ARP, routes, tags, checksums."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from pxeclient.diagnose.model import Sighting
from pxeclient.diagnose.registry import check, frames
from pxeclient.diagnose.scene import Scene
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire.addresses import BROADCAST


def _lease(scene: Scene) -> tuple[Dhcp, IPv4Network] | None:
    """The DHCPACK and the network that it puts the client in, if it says so."""
    ack = scene.ack
    if ack is None or ack.address(1) is None:
        return None
    try:
        return ack, IPv4Network(f"{ack.message.yiaddr}/{ack.address(1)}", strict=False)
    except ValueError:
        return None


@check("N-ARP")
def neighbour_is_absent(scene: Scene) -> Iterator[Sighting]:
    """ARP requests for an address that the boot needs stay without an answer."""
    for address, asked in scene.arp_asked.items():
        if len(asked) < 2 or address in scene.arp_answered:
            continue
        words = f"{frames(*asked).capitalize()}: who has {address}? {_role(scene, address)}"
        yield Sighting(tuple(asked), words, scene.failure is not None)


def _role(scene: Scene, address: IPv4Address) -> str:
    router = scene.ack is not None and scene.ack.address(3) == address
    naming = [seen for seen in scene.replies if seen.siaddr == address]
    if router:
        return "It is the router of the DHCPACK."
    if naming:
        return f"It is the next server of {naming[-1].words}."
    return "Nobody answers."


@check("B-NIC")
def server_is_out_of_reach(scene: Scene) -> Iterator[Sighting]:
    """The next server is in another network and there is no router to it, or it can be nobody's."""
    lease = _lease(scene)
    named = {reply.siaddr: reply for reply in scene.replies}
    for address, seen in named.items():
        if address is None:
            continue
        fault = ""
        if _is_nobodys(address, scene):
            fault = "which is no host's address"
        elif scene.ack is not None and address == scene.ack.message.yiaddr:
            fault = "which is the client's own address"
        elif lease is not None and address not in lease[1] and not _has_route(*lease):
            fault = f"which is not in {lease[1]}, and {lease[0].words} names no router there"
        if fault:
            used = not scene.transfers or scene.transfers[-1].server == address
            words = f"{seen.words} names next server {address}, {fault}."
            yield Sighting((seen.number,), words, scene.failure is not None and used)


def _is_nobodys(address: IPv4Address, scene: Scene) -> bool:
    """No host has it. A segment that is played on loopback has hosts, and leases, there."""
    if address.is_loopback:
        return not scene.is_on_loopback
    return address.is_multicast or address == BROADCAST


def _has_route(ack: Dhcp, network: IPv4Network) -> bool:
    router = ack.address(3)
    return 121 in ack.options or (router is not None and router in network)


@check("R-VLAN")
def frames_are_tagged(scene: Scene) -> Iterator[Sighting]:
    """Frames with a VLAN tag come in."""
    if scene.tagged:
        shown = scene.tagged[:3]
        more = f" and {len(scene.tagged) - 3} more" if len(scene.tagged) > 3 else ""
        words = f"A VLAN tag in {frames(*shown)}{more}."
        yield Sighting(tuple(scene.tagged), words, scene.failure is not None and not scene.replies)


@check("P-SUM", needs=Aspect.CHECKSUMS)
def packets_are_broken(scene: Scene) -> Iterator[Sighting]:
    """Packets come in with wrong checksums, or cannot be read."""
    if scene.broken:
        first = scene.broken[0]
        more = f" and {len(scene.broken) - 1} more" if len(scene.broken) > 1 else ""
        numbers = tuple(one.number for one in scene.broken)
        # Others' broken frames may be about on a segment; they are ours only if nothing else came.
        stops = scene.failure is not None and not scene.replies
        yield Sighting(numbers, f"Frame {first.number}{more}: {first.why}.", stops)
