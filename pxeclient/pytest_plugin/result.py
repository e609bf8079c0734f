"""What came of a boot, as a test looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address

from pxeclient.diagnose import Finding, diagnose
from pxeclient.diagnose.sorting import scene
from pxeclient.endings import End, end_of
from pxeclient.harmless import for_a_log
from pxeclient.outcome import BEYOND, Booted, Failed, Outcome
from pxeclient.report import findings as words
from pxeclient.report.as_json import lease_of
from pxeclient.report.ladder import Format, Style, render
from pxeclient.report.transcript import ending
from pxeclient.trace import Trace
from pxeclient.wire.options import printable

_WIDTH = 92
"""Columns of the ladder: pytest puts its own mark before each line."""


@dataclass(frozen=True, slots=True)
class BootFile:
    """A boot file that was fetched."""

    name: str
    """As the server named it."""
    server: str
    """The TFTP server's address."""
    named_by: str
    """Such as ``the DHCPACK from 10.77.0.1``."""
    content: bytes
    """Its beginning, if it is longer than 256 MiB."""
    sha256: str
    """Of the whole file, in hexadecimal."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The address that a DHCPACK gave."""

    address: str
    mask: str | None
    router: str | None
    server: str | None
    """The server identifier (option 54)."""
    seconds: int | None


class Unlike(str):
    """What an AssertionError of ours tells; pytest's summary of a run shows how it begins."""


_HURRY = "a server that pings an address before it offers it looks silent or late so."


class BootResult:
    """One boot. The methods that assert give the result back, so that they can be chained.

    When one does not hold, the AssertionError tells the whole boot: a ladder, and what was found
    to be wrong with the servers.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        """Everything that happened."""

    def booted(
        self, name: str | None = None, *, server: str | None = None, sha256: str | None = None
    ) -> BootResult:
        """It fetched a boot file: of that name, from that server, with that content.

        A file that the machine cannot run, such as a BIOS loader for UEFI, is no boot.

        Raises:
            AssertionError: It did not.
        """
        __tracebackhide__ = True
        if end_of(self.trace) is not End.BOOTED:
            raise self._unlike(_wanted("to boot", name, server), f"not {name or 'booted'}")
        return self._fetched("to boot", name, server, sha256)

    def fetched(
        self, name: str | None = None, *, server: str | None = None, sha256: str | None = None
    ) -> BootResult:
        """As `booted`, whether or not the machine can run the file: for servers that are tried
        with files of no meaning.

        Raises:
            AssertionError: It did not.
        """
        __tracebackhide__ = True
        return self._fetched("to fetch a boot file", name, server, sha256)

    def _fetched(
        self, what: str, name: str | None, server: str | None, sha256: str | None
    ) -> BootResult:
        __tracebackhide__ = True
        wanted = _wanted(what, name, server)
        found = self.boot_file
        if found is None or (name is not None and found.name != name):
            raise self._unlike(wanted, f"not {name or 'fetched'}")
        if server is not None and found.server != str(IPv4Address(server)):
            raise self._unlike(wanted, f"not from {server}")
        if sha256 is not None and found.sha256 != sha256.lower():
            digest = sha256.lower()
            raise self._unlike(f"{wanted} with SHA-256 {digest}", f"not SHA-256 {digest:.12}…")
        return self

    def failed(self, code: str | None = None) -> BootResult:
        """It ended without a boot file: with that code of the firmware, or that failure.

        Args:
            code: What the firmware shows, such as ``PXE-E55``, or a name that holds for all
                firmwares, such as ``no-proxy-reply``.

        Raises:
            AssertionError: It did not; or, without `code`, the firmware would go on where the
                emulation ends (``not-emulated``, ``unsupported-scheme``).
        """
        __tracebackhide__ = True
        outcome = self.outcome
        if not isinstance(outcome, Failed):
            with_code = f" with {code}" if code else ""
            raise self._unlike(f"to fail{with_code}", f"not {code or 'failed'}")
        if code is None and outcome.failure in BEYOND:
            raise self._unlike("to fail", "not failed")
        if code is not None and code not in (outcome.code, outcome.failure.value):
            raise self._unlike(f"to fail with {code}", f"not {code}")
        return self

    def asked_4011(self, server: str | None = None) -> BootResult:
        """It sent a request to port 4011: of that server.

        A ProxyDHCP request or a search for a boot server (43.71); ``asks-4011`` of a suite is
        the same.

        Raises:
            AssertionError: It did not.
        """
        __tracebackhide__ = True
        if not any(server in (None, asked) for asked in self._asked):
            whom = server or "some server"
            raise self._unlike(f"to ask {whom} on port 4011", f"{whom} not asked on port 4011")
        return self

    def did_not_ask_4011(self) -> BootResult:
        """It sent no request of any kind to port 4011.

        Raises:
            AssertionError: It did.
        """
        __tracebackhide__ = True
        if self._asked:
            raise self._unlike("not to ask on port 4011", "port 4011 asked")
        return self

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None if it was stopped (`Trace.stopped` says why)."""
        return self.trace.outcome

    @cached_property
    def boot_file(self) -> BootFile | None:
        """The file that it fetched, if it did."""
        match self.outcome:
            case Booted(found, content) as booted:
                server = str(found.server)
                return BootFile(
                    printable(found.name), server, found.named_by, content, booted.sha256
                )
            case _:
                return None

    @cached_property
    def lease(self) -> Lease | None:
        """The address that it took, if it did."""
        found = lease_of(self.trace)
        return None if found is None else Lease(**found)

    @cached_property
    def findings(self) -> list[Finding]:
        """What is wrong with the servers, or on the way to them."""
        return list(diagnose(self.trace))

    @property
    def ladder(self) -> str:
        """Who sent what to whom, as text."""
        return render([self.trace], Format.TEXT, Style(width=_WIDTH)).rstrip()

    def __repr__(self) -> str:
        return f"<BootResult {self.trace.profile}: {ending(self.trace)[0].removeprefix('■ ')}>"

    @cached_property
    def _asked(self) -> list[str]:
        return [str(seen.destination) for seen in scene(self.trace).on_port_4011]

    def _unlike(self, wanted: str, instead: str) -> AssertionError:
        """The whole boot, after a line about what was wanted.

        Args:
            wanted: Of the boot, in words.
            instead: The same in a few words, to stand behind what it came to.
        """
        end = ending(self.trace)[0].removeprefix("■ ")
        first = f"{self._came_to}, {instead}: {self.trace.profile} was {wanted}; it ended so: {end}"
        lines = [first, "", self.ladder, ""]
        if self.trace.pace < 1:
            lines += [f"The clock ran {1 / self.trace.pace:.3g} times as fast: {_HURRY}", ""]
        failed = end_of(self.trace) is not End.BOOTED
        found = list(words.lines(self.findings, failed, more="pxeclient findings ID"))
        lines += found or ["Nothing is found to be wrong with the servers."]
        return AssertionError(Unlike(for_a_log("\n".join(lines))))

    @property
    def _came_to(self) -> str:
        """The firmware's code, the file that it fetched, or why it was stopped."""
        match self.outcome:
            case Failed(failure, code):
                return code or failure.value
            case Booted(found):
                fetched = printable(found.name)
                return fetched if end_of(self.trace) is End.BOOTED else f"{fetched} cannot run"
            case None:
                return self.trace.stopped or "no end"


def _wanted(what: str, name: str | None, server: str | None) -> str:
    """What was wanted of a boot, in words."""
    what = "to fetch" if name and what.endswith(" a boot file") else what
    return what + (f" {name}" if name else "") + (f" from {server}" if server else "")
