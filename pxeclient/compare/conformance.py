"""The conformance table, as a page of the documentation: ``docs/explanation/conformance.md``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pxeclient.compare.fields import MASK
from pxeclient.compare.suite import (
    COLUMNS,
    Compared,
    Firmware,
    KnownDifference,
    check,
    check_all,
    firmwares,
    known,
)
from pxeclient.replay.tolerance import Tolerance

_MOST_SENTENCES = 3

_HEAD = """\
# Conformance

What each profile does, held against recordings of the firmware that it is. Made by `make docs`
from `tests/captures`, in virtual time; `tests/conformance` checks the same. In every recording
the servers' frames are played to our client, each as long after the frame that it answered as
it was recorded, and what our client sends is held against what the firmware sent.

* **Decision**: the boot comes to the same: result, request to port 4011 (server, source port,
  number), boot-server discovery, boot file and its server, last words.
* **Bytes**: the same frames in the same order, octet by octet outside the mask. The order is
  strict within a conversation (DHCP, each ARP search, each transfer, each kind of frame beside
  the boot), and between two where the recording leaves no doubt.
* **Timing**: every wait between two frames of a conversation, and before its first, is the
  recorded one within {tolerance} of it.
* **Screen**: the same lines on the machine's screen, character by character and dot by dot. What
  the log holds besides the firmware's own part is left out by the rules in
  `pxeclient/compare/console.py`.

Outside the comparison, and all of it: {mask}. The comparison
ends where the boot file is complete, where another boot attempt, firmware or DHCP client
begins, or with the capture; what goes out beside the boot (EAPOL-Start, router solicitations,
answers to ARP and ping) may fall on either side of its end.
"""


def page(folder: Path, one: Callable[[Firmware, Path], Compared] = check) -> str:
    """The whole page as Markdown, for a folder of recordings, each compared by calling `one`."""
    return "\n".join(_lines(firmwares(folder), check_all(folder, one), known(folder))) + "\n"


def _lines(
    recorded: list[Firmware], results: list[Compared], explained: Mapping[str, KnownDifference]
) -> Iterator[str]:
    mask = "; ".join(f"{name} ({what})" for name, what in MASK.items())
    yield _HEAD.format(tolerance=Tolerance().words(), mask=mask)
    compared = [one for one in recorded if one.has_profile]
    yield from _summary(recorded, results)
    yield from _differing(results, explained)
    yield from _table(compared, results)


def _summary(recorded: list[Firmware], results: list[Compared]) -> Iterator[str]:
    yield "## By firmware"
    yield ""
    yield f"| firmware | profile | recordings | {' | '.join(COLUMNS)} |"
    yield f"|---|---|---:|{'---:|' * len(COLUMNS)}"
    for firmware in recorded:
        if not firmware.has_profile:
            continue
        mine = [result for result in results if result.firmware == firmware.name]
        shares = " | ".join(_share(mine, column) for column in COLUMNS)
        yield f"| {firmware.name}: {firmware.title} | {firmware.profile} | {len(mine)} | {shares} |"
    yield ""
    for firmware in recorded:
        if not firmware.has_profile:
            yield f"* `{firmware.name}`: not compared, there is no profile {firmware.profile} yet."
        elif firmware.note:
            yield f"* `{firmware.name}`: {firmware.note}"
    yield ""


def _share(results: list[Compared], column: str) -> str:
    told = [result for result in results if column not in result.unrecorded]
    equal = sum(column not in result.differs for result in told)
    return f"{equal / len(told):.1%} ({equal})" if told else "none"


def _differing(results: list[Compared], explained: Mapping[str, KnownDifference]) -> Iterator[str]:
    yield "## What differs, and why"
    yield ""
    for result in results:
        remarks = "; ".join(result.remarks)
        if not result.differs:
            if remarks:
                yield f"* `{result.key}` is equal; {remarks}."
            continue
        reason = explained[result.key].reason if result.key in explained else "NOT EXPLAINED"
        yield f"* `{result.key}` ({', '.join(result.differs)}). {reason}"
        for sentence in result.sentences[:_MOST_SENTENCES]:
            yield f"  * {sentence}"
        more = len(result.sentences) - _MOST_SENTENCES
        if more > 0:
            yield f"  * … and {more} more"
    yield ""


def _table(compared: list[Firmware], results: list[Compared]) -> Iterator[str]:
    yield "## By scenario"
    yield ""
    yield "Each cell: decision, bytes, timing, screen; `=` equal, `≠` different, `·` not recorded."
    yield ""
    yield f"| scenario | {' | '.join(firmware.name for firmware in compared)} |"
    yield f"|---|{':-:|' * len(compared)}"
    found = {result.key: result for result in results}
    for scenario in sorted({result.scenario for result in results}):
        cells = [_cell(found.get(f"{firmware.name}/{scenario}")) for firmware in compared]
        yield f"| {scenario} | {' | '.join(cells)} |"


def _cell(result: Compared | None) -> str:
    if result is None:
        return "·"
    return " ".join(_sign(result, column) for column in COLUMNS)


def _sign(result: Compared, column: str) -> str:
    if column in result.unrecorded:
        return "·"
    return "≠" if column in result.differs else "="
