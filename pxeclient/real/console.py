"""What a machine prints on its serial port, as text, and what of it says that its boot is over."""

from __future__ import annotations

import re

_ESCAPES = re.compile(r"\x1b\[\??[0-9;=]*[A-Za-z]|\x1b[cM]|\x1b\][^\x07]*\x07|\x1b\([B0]")

_OVER = re.compile(
    r"No more network devices|No bootable device"  # iPXE and SeaBIOS: it has failed
    r"|tftp://[\s\S]*?\.\.\.\s*ok"  # iPXE: the file is there
    r"|NBP file downloaded successfully"  # EDK II: the same
    r"|BdsDxe: (?:failed|No bootable)|Start PXE over IPv6|Start HTTP Boot|Shell>"
)


def clean(octets: bytes) -> str:
    """The text without escapes, its lines ended by newlines, what was deleted gone."""
    text = _ESCAPES.sub("", octets.decode("latin-1"))
    text = re.sub(r"[^\n]\x08", "", text).replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x08", "").replace("\0", "")


def is_over(text: str) -> bool:
    """The firmware has the boot file, or has given up."""
    return _OVER.search(text) is not None


def last_words(text: str, count: int = 4) -> list[str]:
    """The last lines with something in them, printable."""
    lines = [line.strip() for line in text.split("\n")]
    said = ["".join(sign for sign in line if sign.isprintable()) for line in lines]
    return [line for line in said if line][-count:]
