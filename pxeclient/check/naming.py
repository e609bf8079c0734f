"""Which boot file the servers name to a client, wherever they name it."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address
from typing import NamedTuple

from pxeclient.check.asking import Asker, Leased, Question, ask_4011, lease, replies
from pxeclient.check.talking import Correspondent, Script
from pxeclient.seen.dhcp import Dhcp
from pxeclient.wire import pxe
from pxeclient.wire.addresses import ANY
from pxeclient.wire.options import printable


class Named(NamedTuple):
    """A boot file as it was named; or why none was."""

    file: bytes
    server: IPv4Address
    by: Dhcp | None
    missing: str = ""
    """Why there is no file; empty if there is one."""

    @property
    def words(self) -> str:
        """Such as ``boot.0 of 10.77.0.3``."""
        return self.missing or f"{printable(self.file)} of {self.server}"

    @property
    def frame(self) -> int | None:
        """The frame of the reply that names it."""
        return self.by.number if self.by else None

    @property
    def what(self) -> tuple[bytes, IPv4Address]:
        """Whether two are the same."""
        return self.file, self.server


def in_replies(seen: Sequence[Dhcp]) -> Named:
    """The file that these replies name: a PXE service's word goes before a plain server's."""
    naming = sorted((one for one in seen if one.file), key=lambda one: not one.is_pxe)
    if naming:
        by = naming[0]
        return Named(by.file, by.siaddr or by.who, by)
    return Named(b"", ANY, None, "no reply names a boot file" if seen else "no answer")


def question(offer: Dhcp, asker: Asker) -> Question | None:
    """What a client would ask on port 4011 after that offer; None if nothing.

    With a menu, for the first item that has a boot server: what it would take if nobody chooses.
    """
    if not offer.is_pxe or offer.disables_discovery:
        return None
    items = pxe.scan_menu(offer.sub(pxe.BOOT_MENU) or b"")[0]
    types = [item.type for item in items if item.type]
    if not types:
        return Question(asker, offer.who)
    listed = {entry.type: entry.addresses[0] for entry in offer.listed if entry.addresses}
    return Question(asker, listed.get(types[0], offer.who), types[0])


class Client(NamedTuple):
    """A client with an address, and what it was told."""

    asker: Asker
    leased: Leased
    told: Named


def told(station: Correspondent, asker: Asker) -> Script[Client]:
    """Get an address, and the boot file's name: from the replies, or from port 4011."""
    leased = yield from lease(station, asker)
    if leased.ack is None:
        missing = "no DHCPACK" if leased.offers else "no answer"
        return Client(asker, leased, Named(b"", ANY, None, missing))
    found = in_replies([*leased.offers, leased.ack])
    if found.by is None:
        questions = [question(offer, asker) for offer in leased.offers]
        for one in (one for one in questions if one is not None):
            heard = yield from ask_4011(station, [one])
            found = in_replies(list(replies(heard, asker)))
            if found.by is not None:
                break
    return Client(asker, leased, found)
