"""What the machine prints on its serial port: when which line came, when it is over, and typing."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pxeclient.real.console import clean
from tools.record.firmwares import Firmware, Kind
from tools.record.scenario import Script, Table

_IPXE_END = re.compile(r"No more network devices|No bootable device|BdsDxe: failed|Shell>")
_PXE_END = re.compile(r"Start PXE over IPv6|BdsDxe: failed|Start HTTP|Shell>|BdsDxe: No bootable")
_OPTION_END = re.compile(
    r"BdsDxe: failed to load Boot\d+ \"netboot"
    r"|BdsDxe: failed to \w+ Boot000\d \"UEFI \w+ \(MAC"
    r"|Shell>|BdsDxe: No bootable|BdsDxe: starting Boot0000"
)
_STAGE_END = re.compile(
    r"No more network devices|No bootable device|BdsDxe: No bootable|Shell>"
    r"|Start PXE over IPv6|Start HTTP Boot|BdsDxe: starting Boot0000|UiApp"
)
_UBOOT_END = re.compile(r"=>\s*$")
_SLOF_END = re.compile(r"\n0 > |No boot device|E3405")
_PXE_ERROR = re.compile(r"PXE-E\d|\(https?://ipxe\.org/[0-9a-f]{6,}\)|Could not|PXE-M")
_ERROR = re.compile(
    r"PXE-[EMT]|ipxe\.org/[0-9a-f]{6,}|Could not|[Ff]ailed|No more network|rror|ERROR|[Nn]ot found"
    r"|Not Found|[Uu]nable|no such|[Dd]enied|invalid|Redirection:|Retry count|E3\d{3}"
)
_LAST_ERROR = re.compile(r"No more network|failed|rror")
_KEY_GAP = 0.03


def error_text(text: str, every: bool = False) -> str | None:
    """The lines that tell what went wrong, joined; None where none does.

    A line as long as the screen is wide goes on in the next. A PXE ROM's own errors say it all; of
    HTTP boots, and after a boot program has taken over, `every` line that tells of one counts.
    """
    lines, held = [], ""
    for line in text.split("\n"):
        whole = held + line
        held = ""
        if len(line) in (79, 80) and "BdsDxe" not in whole:
            held = whole + (" " if len(line) == 79 else "")
        else:
            lines.append(whole.strip())
    lines = [line for line in lines if not line.startswith("[TXE")]
    own = [line for line in lines if _PXE_ERROR.search(line)]
    others = [line for line in lines if _ERROR.search(line) and "BdsDxe" not in line]
    last = [line for line in lines if _LAST_ERROR.search(line)]
    found = (others if every else own or others) or last
    return " | ".join(dict.fromkeys(found)) or None


def ending(firmware: Firmware, script: Script) -> tuple[re.Pattern[str], float]:
    """What on the console says that it is over, and seconds that are waited after it."""
    if "end" in script.table:
        return re.compile(script.table["end"]), 1.5
    match firmware.kind:
        case Kind.UBOOT_ARM64 | Kind.UBOOT_RISCV64:
            return _UBOOT_END, 6.0
        case Kind.SLOF:
            return _SLOF_END, 0.6
        case _ if "prune" in script.table:
            return _STAGE_END, 1.5
        case _ if firmware.is_ipxe:
            return _IPXE_END, 0.6
        case _ if script.boot:
            return _OPTION_END, 0.6
        case _:
            return _PXE_END, 0.6


@dataclass(slots=True)
class Console:
    """The serial port of a machine that runs."""

    log: Path
    """What QEMU writes it to."""
    port: Path | None
    """A socket of it, where something is to be typed."""
    keys: list[Table]
    """``when`` (a pattern), ``send``, ``delay``: what is typed."""
    lines: list[tuple[float, str]] = field(default_factory=list)
    """Whole lines, with the time when they were first seen."""
    text: str = ""
    _seen: int = 0
    _due: list[tuple[float, str]] = field(default_factory=list)
    _socket: socket.socket | None = None

    def look(self, now: float) -> None:
        """Read what is new, and type what is due."""
        if self.log.exists():
            self.text = clean(self.log.read_bytes())
        lines = self.text.split("\n")
        new = [line.rstrip() for line in lines[self._seen : -1]]
        self.lines += [(round(now, 2), line) for line in new if line.strip()]
        self._seen = max(self._seen, len(lines) - 1)
        if self.port is not None:
            self._type(now)

    def finished(self, now: float) -> str:
        """The whole text at the end; its last line may not be ended."""
        self.look(now)
        rest = self.text.split("\n")[-1].rstrip()
        if rest:
            self.lines.append((round(now, 2), rest))
        return "\n".join(line.rstrip() for line in self.text.split("\n"))

    def _type(self, now: float) -> None:
        if self._socket is None:
            self._socket = _connected(self.port)
        if self._socket is None:
            return
        _drain(self._socket)
        if self.keys and re.search(self.keys[0]["when"], self.text):
            key = self.keys.pop(0)
            self._due.append((now + key.get("delay", 0.3), key["send"]))
        while self._due and self._due[0][0] <= now:
            _, words = self._due.pop(0)
            self.lines.append((round(now, 2), f"<keys sent: {words!r}>"))
            for character in words:
                self._socket.send(character.encode("latin-1"))
                time.sleep(_KEY_GAP)


def keys_of(script: Script) -> Sequence[Table]:
    """What is typed; U-Boot's commands from the start on."""
    typed = [{"when": "", "send": script.table["type"]}] if "type" in script.table else []
    return [*typed, *script.table.get("keys", ())]


def _connected(path: Path | None) -> socket.socket | None:
    if path is None or not path.exists():
        return None
    made = socket.socket(socket.AF_UNIX)
    try:
        made.connect(str(path))
    except OSError:
        made.close()
        return None
    made.setblocking(False)
    return made


def _drain(connected: socket.socket) -> None:
    """Read what QEMU writes here too; it stops when nobody does."""
    try:
        while connected.recv(65536):
            pass
    except BlockingIOError:
        return
