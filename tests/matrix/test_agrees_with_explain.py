"""``matrix --capture`` and ``explain --as`` put firmwares in a client's place: they agree."""

from __future__ import annotations

from collections import Counter

import pytest

from pxeclient.explain.otherwise import Result as Told
from pxeclient.explain.story import explain
from pxeclient.matrix.row import Result
from tests.matrix.recorded import CAPTURES, capture, load, open_recording, rows_of

OPPOSITE = {
    (Told.BOOTS, Result.FAILED),
    (Told.BOOTS, Result.WRONG_FILE),
    (Told.FAILS, Result.BOOTED),
    (Told.WAITS, Result.BOOTED),
    (Told.WAITS, Result.FAILED),
    (Told.BOOTS, Result.STOPPED),
}
"""One of the two would be wrong."""


@pytest.mark.parametrize(
    ("recorded", "put_there"),
    [
        ("ipxe-82540em", "edk2"),
        ("ipxe-e1000e", "vmware-e1000e"),
        ("ovmf-virtio", "vmware-e1000e"),
        ("ovmf-virtio", "ipxe"),
    ],
)
def test_they_never_contradict_each_other(recorded: str, put_there: str) -> None:
    """Each may leave open what the other tells, but most is told by both."""
    found: Counter[tuple[Told, Result]] = Counter()
    likely = [load("ipxe"), load("edk2")]
    for path in sorted((CAPTURES / recorded).iterdir()):
        told = explain(capture(recorded, path.name), likely, load(put_there)).stories[0].told[0]
        if told.otherwise is None:
            continue
        (row,) = rows_of(open_recording(recorded, path.name), put_there)
        pair = told.otherwise.result, row.result
        assert pair not in OPPOSITE, (path.name, told.otherwise.sentence, row)
        found[pair] += 1
    alike = sum(
        found[pair]
        for pair in (
            (Told.BOOTS, Result.BOOTED),
            (Told.FAILS, Result.FAILED),
            (Told.CANNOT_TELL, Result.CANNOT_TELL),
            (Told.WAITS, Result.STOPPED),
        )
    )
    assert alike >= 0.75 * found.total(), found
