"""Two of us under one address see each other."""

from __future__ import annotations

from contextlib import closing

from pxeclient.link.presence import Presence

FIRST, SECOND = bytes.fromhex("0242deadbe01"), bytes.fromhex("0242deadbe02")


def test_the_second_sees_the_first() -> None:
    """As long as it is there; and the same again of the next one."""
    with closing(Presence("lo", [FIRST])) as one:
        assert not one.has_others
        for _ in range(2):
            with closing(Presence("lo", [SECOND, FIRST])) as other:
                assert other.has_others
    with closing(Presence("lo", [FIRST])) as again:
        assert not again.has_others


def test_other_addresses_are_other_machines() -> None:
    """And one machine may be given twice."""
    with (
        closing(Presence("lo", [FIRST])),
        closing(Presence("lo", [SECOND, SECOND])) as other,
    ):
        assert not other.has_others


def test_an_interface_that_is_gone() -> None:
    """Is somebody else's to tell of."""
    assert not Presence("no-such", [FIRST]).has_others
