"""What a whole table says: how many boot, and the sentence under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pxeclient.matrix.row import Cell, Row

_WORDS = {
    Cell.BOOTED: "boot",
    Cell.WRONG_FILE: "get a file that they cannot run",
    Cell.NOT_JUDGED: "get a file that they could not run, named to another kind of machine",
    Cell.FAILED: "do not boot",
    Cell.STOPPED: "stopped",
    Cell.CANNOT_TELL: "cannot be told",
    Cell.NOT_RUN: "not run",
}


def all_boot(rows: Sequence[Row]) -> bool:
    """Every row booted a file that its machine can run."""
    return all(row.result is Cell.BOOTED for row in rows)


def sentence(rows: Sequence[Row]) -> str:
    """Such as ``12 machines: 9 boot, 3 do not boot``."""
    counts = Counter(row.result for row in rows)
    parts = [f"{counts[result]} {words}" for result, words in _WORDS.items() if counts[result]]
    return f"{len(rows)} {'machine' if len(rows) == 1 else 'machines'}: {', '.join(parts)}"
