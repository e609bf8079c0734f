"""What is said in replies as such."""

from __future__ import annotations

from collections.abc import Iterator

from pxeclient.check.asking import Asker
from pxeclient.check.naming import Client
from pxeclient.check.probing import Probing, served
from pxeclient.check.results import Point
from pxeclient.check.talking import Correspondent, Script

_IDS = ("O-BAD", "B-SIZE", "B-NEXT", "B-FIELD", "B-66", "B67-FF", "A-URL", "A97", "D-MISMATCH")


def replies(probing: Probing) -> Iterator[Point]:
    """Replies to a BIOS PXE client are whole, 300 octets long, and say one thing only."""
    probing.talk(served(_nothing_more, lambda asking: Asker(asking.xid())))
    yield from probing.not_found(*_IDS)


def _nothing_more(asking: Correspondent, client: Client) -> Script[None]:
    yield from ()
