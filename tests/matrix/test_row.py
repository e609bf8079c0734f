"""A row is read from a trace, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pxeclient import profile as profiles
from pxeclient.link.base import Link, LinkError
from pxeclient.link.simulated import SimulatedLink
from pxeclient.matrix import table, verdict
from pxeclient.matrix.boots import Boots, LentWire, Limits
from pxeclient.matrix.entries import Entry, entries
from pxeclient.matrix.row import Asked, Cell, Row
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name


class Breaking(Link):
    """A link that ends a boot from outside, after so many frames sent."""

    def __init__(self, link: Link, after: int, end: type[BaseException], lost: int = 0) -> None:
        self._link, self._after, self._end, self._lost = link, after, end, lost

    def now(self) -> float:
        """As the link inside."""
        return self._link.now()

    def send(self, frame: bytes) -> None:
        """As the link inside, until it breaks."""
        self._after -= 1
        if self._after < 0:
            raise self._end("gone")
        self._link.send(frame)

    def receive(self, until: float) -> bytes | None:
        """As the link inside."""
        return self._link.receive(until)

    def lost(self) -> int:
        """Frames that never came."""
        return self._lost

    def close(self) -> None:
        """As the link inside."""
        self._link.close()


def boots(
    network: str,
    *names: str,
    after: int = 10_000,
    end: type[BaseException] = LinkError,
    lost: int = 0,
) -> Boots:
    """Boots of these profiles, each on a link that may break."""

    @contextmanager
    def lend(entry: Entry) -> Iterator[LentWire]:
        link = SimulatedLink(PracticeNetwork(by_name(network)))
        yield LentWire(Breaking(link, after, end, lost), network)

    return Boots(entries(map(profiles.load, names)), lend, Limits())


def only(network: str, name: str) -> Row:
    """The row of one boot."""
    (row,) = boots(network, name).rows()
    return row


def test_a_boot_server_is_told_from_a_proxy() -> None:
    """Both are asked on port 4011; the boot item says which it is."""
    menu = only("samehost-60-43-menu", "vmware-e1000e")
    assert menu.asked == (Asked("10.77.0.5", 1, 1),)
    assert table.asked(menu) == "10.77.0.5 (type 1)"
    assert table.asked(only("proxy-60-only", "vmware-e1000e")) == "10.77.0.2"


def test_a_menu_that_waits_for_a_key() -> None:
    """Nobody presses one: the row says that it waits, and does not count as booted."""
    row = only("samehost-60-43-menu-no10", "vmware-e1000e+menu-without-prompt")
    assert (row.result, row.failure) == (Cell.STOPPED, "waiting")
    assert "a key that nobody presses" in table.what(row)
    assert not verdict.all_boot([row])


def test_the_file_that_was_not_there_is_named() -> None:
    """Of a failed download, too, the table says which file of which server it was."""
    row = only("tftp-missing", "vmware-e1000e")
    assert (row.file, row.server, row.fetched) == ("boot.0", "10.77.0.3", None)
    assert table.what(row) == "TFTP Error - File Not found (boot.0 from 10.77.0.3)"


@pytest.mark.parametrize(
    ("end", "ended"), [(LinkError, "link-error"), (KeyboardInterrupt, "interrupted")]
)
def test_what_breaks_one_boot_ends_the_table(end: type[BaseException], ended: str) -> None:
    """The boot under way has its row, the others had no turn, and the reason is kept."""
    whole = boots("silence", "ipxe", "edk2", after=2, end=end)
    first, second = whole.rows()
    assert (first.result, first.failure) == (Cell.STOPPED, ended)
    assert (second.result, second.seconds) == (Cell.NOT_RUN, None)
    assert whole.ended == ended
    assert whole.trouble == ("gone" if end is LinkError else "")
    assert verdict.sentence([first, second]) == "2 machines: 1 stopped, 1 not run"


def test_a_silence_that_may_be_ours_is_not_told_of_the_servers() -> None:
    """Nobody can tell; what was said all the same counts."""
    (silent,) = boots("silence", "ipxe", lost=3).rows()
    assert silent.result is Cell.CANNOT_TELL
    assert silent.remark is not None
    assert "an answer may have been among them" in silent.remark
    (missing,) = boots("tftp-missing", "ipxe", lost=3).rows()
    assert missing.result is Cell.FAILED


def test_frames_that_we_lost_are_told() -> None:
    """A silence may be ours."""
    (row,) = boots("plain-dhcp", "ipxe", lost=3).rows()
    assert row.remark == "Our own receive buffer lost 3 frames of a boot"
    assert "Our own receive buffer lost 3 frames of a boot." in table.notes([row])
