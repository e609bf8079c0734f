"""Cures, and how well something is known, as all JSON of the commands has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pxeclient.advice.catalogue import Cure
from pxeclient.decisions import Known

if TYPE_CHECKING:
    from pxeclient.schemas import common as shapes


def known_as_json(known: Known) -> shapes.Known:
    """How well something is known, and from where."""
    return {"level": known.level.value, "where": known.where}


def cure_as_json(cure: Cure) -> shapes.Cure:
    """A cure, filled in."""
    return {
        "id": cure.id,
        "do": cure.do,
        "settings": {server.value: list(lines) for server, lines in cure.settings()},
        "known": known_as_json(cure.known),
    }
