"""The table of clients: every entry says how it is known."""

from __future__ import annotations

import re

import pytest

from pxeclient.clients.naming import Client, clients

LEVELS = ("observed", "specified", "inferred")


@pytest.mark.parametrize("one", clients(), ids=lambda one: one.name)
def test_entries(one: Client) -> None:
    """Signs, evidence, notes that are sentences; expressions that compile."""
    assert one.known[0] in LEVELS
    assert one.known[1]
    assert re.compile(one.vendor)
    assert re.compile(one.asks)
    assert any((one.vendor, one.options, one.asks))
    assert one.sure or one.known[0] != "specified"
    for sentence, level, source in one.notes:
        assert sentence.endswith(".")
        assert level in LEVELS
        assert source
