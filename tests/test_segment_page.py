"""What the page about the segment says of each firmware has its source, and is the engine's."""

from __future__ import annotations

import pytest

from pxeclient import profile as profiles
from pxeclient.outcome import Booted
from pxeclient.playbook import data, icmp_error, oack
from pxeclient.profile.model import tables
from tests.boots import profile
from tests.diagnose.test_segment import THIRD, answered, downloading
from tools import segment


@pytest.mark.parametrize("firmware", segment.FIRMWARES)
def test_every_row_has_its_source(firmware: str) -> None:
    """And the rows are those of all rules of the questions."""
    found = profiles.load(firmware)
    asked = [table for table in tables(found.policy) if table.question in segment.QUESTIONS]
    rows = list(segment.rows(found))
    assert len(asked) == len(segment.QUESTIONS)
    assert len(rows) == sum(len(table.rules) for table in asked) + 4
    assert all(row.known.where and row.does.endswith(".") for row in rows)


def test_every_profile_is_named() -> None:
    """It is a family's own, or one of its kin."""
    text = segment.page()
    assert all(f"`{name}`" in text for name in profiles.names())


@pytest.mark.parametrize("firmware", segment.FIRMWARES)
def test_who_may_answer_first_is_as_the_page_says(firmware: str) -> None:
    """A block of a third party is the file for iPXE, and nothing for the others."""
    trace = downloading(firmware).gets(data(1, b"evil", server=THIRD)).trace
    taken = isinstance(trace.outcome, Booted)
    (said,) = [row.does for row in segment.rows(profile(firmware)) if "first answer" in row.what]
    assert taken is said.startswith("Taken from any address")


@pytest.mark.parametrize("firmware", segment.FIRMWARES)
def test_who_is_late_is_dropped(firmware: str) -> None:
    """Whatever it is."""
    book = answered(firmware).gets(data(1, b"evil", server=THIRD)).gets(data(1, b"evil", port=9))
    assert not isinstance(book.trace.outcome, Booted)
    assert book.gets(oack(blksize=8, server=THIRD)).trace.outcome is None


@pytest.mark.parametrize("firmware", segment.FIRMWARES)
def test_icmp_errors_are_as_the_page_says(firmware: str) -> None:
    """One that quotes the request ends EDK II's download, and nobody else's."""
    ended = downloading(firmware).gets(icmp_error(sender=THIRD)).trace.outcome is not None
    said = [row.does for row in segment.rows(profile(firmware)) if row.what.startswith("ICMP")]
    assert ended is any("give up" in one for one in said)
