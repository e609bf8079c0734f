"""The conformance table as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pxeclient.compare.conformance import COLUMNS, Firmware, Known, Result
from pxeclient.compare.fields import MASK
from pxeclient.compare.tolerance import Tolerance

_MOST_SENTENCES = 3

_HEAD = """\
# Conformance

What each profile does, held against recordings of the firmware that it is. Made by

    python -m pxeclient.compare.conformance tests/captures > docs/conformance.md

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

Outside the comparison, and all of it: {mask}. The comparison
ends where the boot file is complete, where another boot attempt, firmware or DHCP client
begins, or with the capture; what goes out beside the boot (EAPOL-Start, router solicitations,
answers to ARP and ping) may fall on either side of its end.
"""


def lines(
    firmwares: list[Firmware], results: list[Result], known: Mapping[str, Known]
) -> Iterator[str]:
    """The page, line by line."""
    mask = "; ".join(f"{name} ({what})" for name, what in MASK.items())
    yield _HEAD.format(tolerance=Tolerance().words(), mask=mask)
    compared = [one for one in firmwares if one.has_profile]
    yield from _summary(firmwares, results)
    yield from _differing(results, known)
    yield from _table(compared, results)


def _summary(firmwares: list[Firmware], results: list[Result]) -> Iterator[str]:
    yield "## By firmware"
    yield ""
    yield "| firmware | profile | recordings | decision | bytes | timing |"
    yield "|---|---|---:|---:|---:|---:|"
    for firmware in firmwares:
        if not firmware.has_profile:
            continue
        mine = [result for result in results if result.firmware == firmware.name]
        shares = " | ".join(_share(mine, column) for column in COLUMNS)
        yield f"| {firmware.name}: {firmware.title} | {firmware.profile} | {len(mine)} | {shares} |"
    yield ""
    for firmware in firmwares:
        if not firmware.has_profile:
            yield f"* `{firmware.name}`: not compared, there is no profile {firmware.profile} yet."
        elif firmware.note:
            yield f"* `{firmware.name}`: {firmware.note}"
    yield ""


def _share(results: list[Result], column: str) -> str:
    equal = sum(column not in result.differs for result in results)
    return f"{equal / len(results):.1%} ({equal})" if results else "none"


def _differing(results: list[Result], known: Mapping[str, Known]) -> Iterator[str]:
    yield "## What differs, and why"
    yield ""
    for result in results:
        remarks = "; ".join(result.remarks)
        if not result.differs:
            if remarks:
                yield f"* `{result.key}` is equal; {remarks}."
            continue
        reason = known[result.key].reason if result.key in known else "NOT EXPLAINED"
        yield f"* `{result.key}` ({', '.join(result.differs)}). {reason}"
        for sentence in result.sentences[:_MOST_SENTENCES]:
            yield f"  * {sentence}"
        more = len(result.sentences) - _MOST_SENTENCES
        if more > 0:
            yield f"  * … and {more} more"
    yield ""


def _table(firmwares: list[Firmware], results: list[Result]) -> Iterator[str]:
    yield "## By scenario"
    yield ""
    yield "Each cell: decision, bytes, timing; `=` equal, `≠` different, `·` not recorded."
    yield ""
    yield f"| scenario | {' | '.join(firmware.name for firmware in firmwares)} |"
    yield f"|---|{':-:|' * len(firmwares)}"
    found = {result.key: result for result in results}
    for scenario in sorted({result.scenario for result in results}):
        cells = [_cell(found.get(f"{firmware.name}/{scenario}")) for firmware in firmwares]
        yield f"| {scenario} | {' | '.join(cells)} |"


def _cell(result: Result | None) -> str:
    if result is None:
        return "·"
    return " ".join("≠" if column in result.differs else "=" for column in COLUMNS)
