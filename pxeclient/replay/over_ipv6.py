"""Recorded boots that go over IPv6: no profile boots so, and nothing here plays their servers."""

from __future__ import annotations

from collections.abc import Iterable

from pxeclient.capture.values import CaptureError
from pxeclient.seen.frame import Frame
from pxeclient.wire.addresses import Mac

ONLY_EXPLAINED = "a boot over IPv6; only explain reads it so far"


def is_over_ipv6(frames: Iterable[Frame], mac: Mac) -> bool:
    """A client got nothing over IPv4, and over IPv6 something: iPXE asks over both at once."""
    is_told = False
    for frame in frames:
        message, over6 = frame.message, frame.dhcp6
        if message is not None and message.is_reply and message.hardware == mac:
            return False
        is_told = is_told or (over6 is not None and over6.is_reply and frame.receiver == mac)
    return is_told


def refuse(frames: Iterable[Frame], mac: Mac) -> None:
    """Stop where a capture's client boots over IPv6.

    Raises:
        CaptureError: It does.
    """
    if is_over_ipv6(frames, mac):
        raise CaptureError(f"the capture is of {ONLY_EXPLAINED}")
