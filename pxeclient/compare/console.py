"""What stood on the recorded machine's screen, held against what our client prints.

The recorder kept the text that came over the serial line, without the escape sequences that
place and colour it. So a log shows some things otherwise than the screen did, and holds more
than the firmware's own part. `recorded` mends that, by these rules:

* The firmware's part begins with iPXE's banner or with ``>>Start PXE``; what the BIOS and the
  ROM print before is left out. It ends where the boot file prints something, where the boot
  manager tries the next entry (``>>Start PXE`` again), or, behind iPXE for EFI, where the boot
  manager reports (``BdsDxe:``).
* A prompt that was wiped off the screen is left out: ``Press Ctrl-B ...`` in front of other text.
* A countdown leaves all its numbers in the log, the screen shows the last or none; so does a
  percentage. EDK II's stands behind the prompt's text, and an empty line follows
  (PxeBcBoot.c:57-246 sets the cursor); in the log it begins a line.
* The serial line loses the last character before the boot file clears the line: ``[PXE-NBP]``.
* Whatever the UEFI around iPXE tried to send meanwhile is counted in iPXE's ``[Link: ...]``
  line, and explained in one below it: not its own doing.
* Menus are drawn item by item wherever they are; the screen shows each item once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import ndiff

from pxeclient.boot.actions import Print
from pxeclient.boot.screen.terminal import Terminal
from pxeclient.trace import Trace

_BEGINS = re.compile(r"^(iPXE \d.* -- Open Source|>>Start PXE)", re.MULTILINE)
_ENDS = re.compile(r"^(GOLDEN-|>>Start PXE)", re.MULTILINE)
_ESCAPES = re.compile(r"\x1b\[[=?0-9;]*[A-Za-z]")
_COUNTED = re.compile(r"^(.*?) \(\d+( \(\d+)*$", re.MULTILINE)
_COUNTED_BELOW = re.compile(r"^(.*)\n\(\d+\)(?: \(\d+\))* ?\((\d+)\)$", re.MULTILINE)
_PERCENT = re.compile(r"\.\.\.(?: +\d+)+ +ok$", re.MULTILINE)
_WIPED = re.compile(r"^Press Ctrl-B for the iPXE command line\.\.(?=net0|BdsDxe)", re.MULTILINE)
_CUT_OFF = re.compile(r"\[PXE-NBP$", re.MULTILINE)
_SENT = re.compile(r"\[Link:up, TX:\d+ TXE:\d+ RX")
_MENU = re.compile(r"^( [A-Z]\. .*)\n\1$", re.MULTILINE)


def recorded(log: str) -> list[str]:
    """The lines that stood on the screen, by the rules above; empty if the log has none."""
    text = _ESCAPES.sub("", log)
    begin = _BEGINS.search(text)
    if begin is None:
        return []
    is_ipxe = begin[1].startswith("iPXE")
    text = text[begin.start() :]
    end = _ENDS.search(text, 1)
    text = text[: end.start()] if end else text
    text = _WIPED.sub("", text)
    if is_ipxe and "BdsDxe:" in text:
        text = text[: text.index("BdsDxe:")] + "Press Ctrl-B for the iPXE command line..."
    for rule, instead in (
        (_COUNTED, r"\1"),
        (_COUNTED_BELOW, "\\1(\\2)\n"),
        (_PERCENT, "... ok"),
        (_CUT_OFF, "[PXE-NBP]"),
        (_SENT, "[Link:up, TX:0 TXE:0 RX"),
        (_MENU, r"\1"),
    ):
        text = rule.sub(instead, text)
    lines = [line.rstrip() for line in text.split("\n") if not line.startswith("  [TXE: ")]
    return _without_blank_ends(lines)


def printed(trace: Trace, columns: int) -> list[str]:
    """The lines that our client's screen holds at the end."""
    return _without_blank_ends(list(_lines(trace, columns)))


def _lines(trace: Trace, columns: int) -> Iterator[str]:
    screen = Terminal(columns)
    for record in trace.records:
        if isinstance(record.item, Print):
            yield from screen.write(record.item)
    yield screen.line


def differing_lines(ours: list[str], theirs: list[str]) -> Iterator[str]:
    """The lines that only one of the two screens has, as sentences."""
    for line in ndiff(ours, theirs):
        if line.startswith("- "):
            yield f"our screen shows {line[2:]!r}, the recorded one does not"
        elif line.startswith("+ "):
            yield f"the recorded screen shows {line[2:]!r}, ours does not"


def _without_blank_ends(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines.pop()
    return lines
