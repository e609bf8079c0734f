"""One firmware's recording foretells another's boot, or says that it cannot.

Where another firmware was recorded on the same network, its own recording is the truth.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from pxeclient.explain.story import explain
from pxeclient.matrix.row import Cell
from pxeclient.replay.verdict import FETCHES, Fate, foretell
from tests.matrix.recorded import rows_of
from tests.replay.recorded import (
    CAPTURES,
    PROFILES,
    REAL,
    Recorded,
    all_recorded,
    file_of,
    load,
    servers_of,
)

BY_ARCHITECTURE = "dnsmasq-samehost"
"""dnsmasq offers its menu to BIOS clients there, and not to UEFI: no recording of one shows what
the other gets, and explain and matrix say so."""
LEAST_RIGHT, MOST_WRONG = 455, 4
"""Of the pairs below; what is neither cannot be told."""


def others(one: Recorded) -> list[tuple[str, Recorded]]:
    """The profiles of other firmwares recorded in that situation, each with its recording."""
    found = {}
    for firmware, profile in PROFILES.items():
        there = Recorded(firmware, one.scenario)
        is_other = profile != PROFILES[one.firmware] and profile not in found
        if is_other and (CAPTURES / firmware / one.scenario / "outcome.json").exists():
            found[profile] = there
    return list(found.items())


@cache
def table() -> dict[tuple[Recorded, str], str]:
    """``right``, ``wrong`` or ``open`` for every recording and every other firmware there."""
    found = {}
    for one in all_recorded():
        for profile, there in others(one):
            verdict, _, _ = told = foretell(servers_of(one), load(profile))
            truth = there.truth
            if verdict.result is Fate.CANNOT_TELL:
                found[one, profile] = "open"
            elif REAL[verdict.result] != truth.result:
                found[one, profile] = "wrong"
            else:
                right = (truth.boot_file, truth.tftp_server)
                is_right = verdict.result not in FETCHES or file_of(told) == right
                found[one, profile] = "right" if is_right else "wrong"
    return found


def test_nothing_is_foretold_that_did_not_happen() -> None:
    """Result, boot file and server are those that the other firmware's own recording has."""
    wrong = [pair for pair, came in table().items() if came == "wrong"]
    assert {pair[0].scenario for pair in wrong} == {BY_ARCHITECTURE}, wrong


def test_most_is_told() -> None:
    """To say that nothing can be told is no way out."""
    found = Counter(table().values())
    assert found["right"] >= LEAST_RIGHT
    assert found["wrong"] <= MOST_WRONG


OPEN = {
    # The recording has the client's frames alone: it may be of one direction only.
    ("no-server", "*"): "nobody's frames but the recorded client's",
    # All that it heard was broadcast, and ARP replies would not have been.
    ("tftp-no-arp", "ovmf-virtio"): "no frame that was sent to the recorded client alone",
    # iPXE fetched it by HTTP, which is not emulated.
    ("http-uri-filename", "*"): "a URI that pxeclient does not fetch",
}
"""What a firmware's own recording leaves open (situation, firmware), and why."""


def test_every_firmware_foretells_itself() -> None:
    """Its own recording leaves almost nothing open, and says what happened."""
    for one in all_recorded():
        verdict = foretell(servers_of(one), load(PROFILES[one.firmware])).verdict
        why = OPEN.get((one.scenario, one.firmware), OPEN.get((one.scenario, "*")))
        if verdict.result is Fate.CANNOT_TELL:
            assert why is not None, one
            assert why in verdict.why, one
        else:
            assert REAL[verdict.result] == one.truth.result, one


def test_explain_and_matrix_say_the_same() -> None:
    """Each tells it in its own words; the capture is read by two readers, and judged by one."""
    cells = {
        Fate.BOOTS: Cell.BOOTED,
        Fate.WRONG_FILE: Cell.WRONG_FILE,
        Fate.NOT_JUDGED: Cell.NOT_JUDGED,
        Fate.FAILS: Cell.FAILED,
        Fate.WAITS: Cell.STOPPED,
        Fate.CANNOT_TELL: Cell.CANNOT_TELL,
    }
    for number, one in enumerate(all_recorded()[::7]):
        profile = ("vmware-e1000e", "ipxe", "edk2")[number % 3]
        otherwise = explain(one.capture, [], load(profile)).stories[0].attempts[0].otherwise
        verdict = foretell(servers_of(one), load(profile)).verdict
        (row,) = rows_of(servers_of(one), profile)
        assert otherwise is not None
        assert otherwise.verdict == verdict, one
        assert row.result is cells[verdict.result], one
        if verdict.does:
            assert row.remark == verdict.why
        if verdict.result in FETCHES:
            assert row.file is not None
            assert row.file in otherwise.sentence
