"""What a boot came to, decided once: for exit statuses, JSON, tables, tests and pictures alike.

The firmware's own end is `Trace.outcome`, and a fetched file is an end for it. Whether the machine
can run that file is another question, and a boot only if it can.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pxeclient.architectures import IPXE, Fit, architecture, fit
from pxeclient.clients import named
from pxeclient.nbp import NbpKind, identify
from pxeclient.outcome import Booted, Failed, Failure
from pxeclient.seen.dhcp import Dhcp
from pxeclient.seen.dhcp6 import Dhcp6
from pxeclient.trace import Trace
from pxeclient.wire.options import printable


class End(StrEnum):
    """What a boot came to."""

    BOOTED = "booted"
    """The boot file was fetched, and nothing says that the machine cannot run it."""
    WRONG_FILE = "wrong-file"
    """The boot file was fetched, and the machine cannot run it."""
    NOT_JUDGED = "not-judged"
    """So it was, by recorded servers that named it to a machine of another architecture
    (`Trace.foreign`): they may name another file to this one."""
    FAILED = "failed"
    """The firmware gave up; `Failed` says why."""
    STOPPED = "stopped"
    """The firmware did not end; `Trace.stopped` says why."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A boot file, held against the machine that fetched it."""

    name: str
    """Printable."""
    kind: NbpKind
    architecture: int | None
    """What the machine says in option 93."""
    fit: Fit

    @property
    def cannot(self) -> str:
        """What goes after the file's name, such as ``, which x64 UEFI cannot run``; or nothing."""
        if self.fit is not Fit.WRONG:
            return ""
        return (
            ", which is empty" if self.kind.kind == "empty" else f", which {self._who} cannot run"
        )

    @property
    def why(self) -> str:
        """The same as a sentence without a name; empty if it fits."""
        if self.fit is not Fit.WRONG:
            return ""
        if self.kind.kind == "empty":
            return "an empty file is no boot file"
        return f"{self.kind.words} is no boot file for {self._who}"

    @property
    def _who(self) -> str:
        """The architecture; where others of it could run the file, this firmware."""
        where = architecture(self.architecture or 0)
        firmware_decides = self.kind.kind == "script" or (self.kind.kind in IPXE and where.is_bios)
        return "this firmware" if firmware_decides else where.name


def judge(trace: Trace) -> Judged | None:
    """The file that was fetched, held against the machine; None where none was.

    The machine is what its own messages say (option 93, iPXE's signs) and, where the firmware is
    known, what that starts (`Trace.runs`).
    """
    outcome = trace.outcome
    if not isinstance(outcome, Booted):
        return None
    trace = trace.rom
    code, is_ipxe = _said(trace)
    kind = identify(outcome.content)
    runs = trace.runs if trace.runs is not None else IPXE if is_ipxe else ()
    fits = Fit.UNKNOWN if code is None else fit(code, runs, kind)
    if _is_own_choice(trace, outcome.boot_file.name):
        fits = Fit.UNKNOWN
    return Judged(printable(outcome.boot_file.name), kind, code, fits)


def end_of(trace: Trace) -> End:
    """What the boot came to."""
    match trace.outcome:
        case Failed():
            return End.FAILED
        case None:
            return End.STOPPED
        case Booted():
            found = judge(trace)
            if found is None or found.fit is not Fit.WRONG:
                return End.BOOTED
            return End.NOT_JUDGED if trace.foreign else End.WRONG_FILE


_SILENCES = frozenset(
    {
        Failure.NO_OFFER,
        Failure.ONLY_PROXY_OFFERS,
        Failure.NO_ACK,
        Failure.NO_PROXY_REPLY,
        Failure.NO_BOOT_SERVER,
        Failure.NO_DISCOVERY_REPLY,
        Failure.ARP_TIMEOUT,
        Failure.TFTP_OPEN_TIMEOUT,
        Failure.TFTP_READ_TIMEOUT,
    }
)
"""Failures for want of an answer."""


def doubt(trace: Trace) -> str:
    """Why the end says nothing of the servers, as a sentence; empty where it does.

    A machine that gave up for want of an answer, while we had no room for frames that came, may
    have been answered.
    """
    outcome = trace.outcome
    if not trace.lost or not isinstance(outcome, Failed) or outcome.failure not in _SILENCES:
        return ""
    return (
        f"Our own receive buffer lost {trace.lost} frames: an answer may have been among them, so"
        " nobody can tell whether the servers are at fault."
    )


def _is_own_choice(trace: Trace, name: bytes) -> bool:
    """The client asks for files of its own choosing, and no reply names this one.

    Then it is whatever the client reads first, and no boot file.
    """
    heard = [one.said for one in trace.talk().frames if isinstance(one.said, Dhcp)]
    client = named([one for one in heard if one.ours])
    is_named = any(name in one.names for one in heard if not one.ours)
    return client is not None and client.client.own_names and not is_named


def _said(trace: Trace) -> tuple[int | None, bool]:
    """What the machine says in option 93 (over IPv6 in 61), and whether it says that it is iPXE."""
    for frame in trace.talk().frames:
        if frame.ours and isinstance(frame.said, Dhcp):
            options = frame.said.options
            is_ipxe = b"iPXE" in options.get(77, b"") or 175 in options
            if len(code := options.get(93, b"")) >= 2:
                return int.from_bytes(code[:2], "big"), is_ipxe
        if frame.ours and isinstance(frame.said, Dhcp6) and frame.said.is_boot:
            architectures = frame.said.architectures
            if architectures:
                return architectures[0], frame.said.is_ipxe
    return None, False
