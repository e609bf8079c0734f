"""What a stack knows of its network: what another in its place begins with."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from pxeclient.wire.addresses import ANY

Route = tuple[IPv4Network, IPv4Address]
"""A destination, and the router to it (0.0.0.0: on this segment)."""


@dataclass(frozen=True, slots=True)
class StackState:
    """Its address and its routes."""

    address: IPv4Address = ANY
    """0.0.0.0 before it has one."""
    prefix: int = 0
    """The length of its network's prefix."""
    routes: tuple[Route, ...] = ()
