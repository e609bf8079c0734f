"""A link that is the far end of a TAP: the kernel's own interface is the other station.

Good for a segment without any real card: give the TAP an address, start servers on it, boot.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Sequence

from pxeclient.link import errors, interface, station
from pxeclient.link.base import Link, LinkError
from pxeclient.link.rtnetlink import UP, await_state
from pxeclient.link.waiting import next_frame

_DEVICE = "/dev/net/tun"

# linux/if_tun.h
_TUNSETIFF = 0x400454CA
_TUNSETPERSIST = 0x400454CB
_TUNSETOFFLOAD = 0x400454D0
_IFF_TAP = 0x0002
_IFF_NO_PI = 0x1000

_LONGEST_FRAME = 65536 + 64
"""Above any MTU a TAP can have."""
_CARRIER_PATIENCE = 5.0
"""Seconds that the kernel may take to notice us; it takes milliseconds."""


class TapLink(Link):
    """The station with the address `mac` at the far end of the TAP `name`.

    Creates the TAP, or joins the existing one, and brings it up; never gives it an address. A
    TAP that was created vanishes with `close`.

    `descriptor`: one of `open_descriptor`, from a process in another network namespace, which has
    brought the TAP up. `beside`: more stations there.

    Raises:
        LinkError: The TAP cannot be had; says why and what to do.
        ValueError: `mac` is no station's address.
    """

    def __init__(
        self,
        name: str,
        mac: bytes,
        descriptor: int | None = None,
        *,
        beside: Sequence[bytes] = (),
    ) -> None:
        interface.require_name(name)
        self.interface = name
        self.mac = station.check_mac(mac)
        self._beside = tuple(map(station.check_mac, beside))
        self.created = descriptor is not None or not interface.exists(name)
        """The interface was not there before."""
        self._descriptor = open_descriptor(name) if descriptor is None else descriptor
        if descriptor is not None:
            return
        try:
            interface.bring_up(name)
            if not self.created:
                _await_carrier(name)
        except LinkError:
            self.close()
            raise

    def become(self, mac: bytes) -> None:
        """Be another station from now on: one that comes after the one before.

        Raises:
            ValueError: `mac` is no station's address.
        """
        self.mac = station.check_mac(mac)

    def now(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def send(self, frame: bytes) -> None:
        """Put one frame on the wire, that is: have the kernel receive it.

        Raises:
            LinkError: The TAP is down or gone.
        """
        try:
            os.write(self._descriptor, frame)
        except OSError as error:
            raise errors.explain(error, self.interface, len(frame)) from error

    def receive(self, until: float) -> bytes | None:
        """The next frame to our address or to a group; None at `until`.

        Raises:
            LinkError: The TAP is gone.
        """
        try:
            return next_frame(self._descriptor, until, self._take)
        except OSError as error:
            raise errors.explain(error, self.interface) from error

    def close(self) -> None:
        """Let go of the TAP. Harmless when repeated."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _take(self) -> bytes | None:
        frame = os.read(self._descriptor, _LONGEST_FRAME)
        # All frames the kernel sends come here, as if every card were promiscuous.
        return frame if station.is_for(frame, self.mac, *self._beside) else None


def open_descriptor(name: str) -> int:
    """The far end of a TAP, which is made if it is not there; it may be down.

    Raises:
        LinkError: The TAP cannot be had; says why and what to do.
    """
    try:
        descriptor = os.open(_DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except PermissionError as error:
        raise errors.no_right_to_tap(name) from error
    except OSError as error:
        raise errors.no_tap_device(_DEVICE) from error
    try:
        request = interface.REQUEST.pack(os.fsencode(name), _IFF_TAP | _IFF_NO_PI)
        fcntl.ioctl(descriptor, _TUNSETIFF, request)
        # A former owner (a virtual machine) may have promised to complete checksums itself.
        fcntl.ioctl(descriptor, _TUNSETOFFLOAD, 0)
    except OSError as error:
        os.close(descriptor)
        raise _refused(error, name) from error
    return descriptor


def _await_carrier(name: str) -> None:
    """The kernel notices in the background that a TAP was joined; replies until then are lost."""
    with contextlib.suppress(OSError):  # where the kernel cannot be asked, it is as it was
        await_state(name, UP, _CARRIER_PATIENCE)


def make_persistent(name: str) -> None:
    """Make a TAP that stays when nobody holds its far end, for others to join; it is down.

    Raises:
        LinkError: The TAP cannot be had; says why and what to do.
    """
    descriptor = open_descriptor(name)
    try:
        fcntl.ioctl(descriptor, _TUNSETPERSIST, 1)
    except OSError as error:
        raise _refused(error, name) from error
    finally:
        os.close(descriptor)


def _refused(error: OSError, name: str) -> LinkError:
    if error.errno in (errno.EPERM, errno.EACCES):
        return errors.no_right_to_tap(name)
    if error.errno == errno.EBUSY:
        return errors.tap_busy(name)
    if error.errno == errno.EINVAL:
        return errors.not_a_tap(name)
    return errors.explain(error, name)
