"""Real servers before the starter suite, as the page ``docs/reference/peers.md``.

Each runs in a private network (`pxeclient.lab`) with the set-up of ``peers.toml``. What a
server does not meet stands there as it was seen, be it the server's, its set-up's or its
documentation's doing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec

from pxeclient.check.reading import STARTER, load
from pxeclient.check.results import Result, Status, tally, worst
from pxeclient.check.running import Running
from pxeclient.check.suite import Network
from pxeclient.check.wires import open_wires
from pxeclient.check.words import SIGNS
from pxeclient.documents import own_toml
from pxeclient.practice.boot_files import Kind, boot_file
from pxeclient.report.markdown import plain, row

_PEERS = Path(__file__).with_name("peers.toml")
_FILES = {"bios.0": Kind.BIOS, "x64.efi": Kind.EFI, "arm64.efi": Kind.EFI_ARM64}
_SIZE = 100_000
"""Octets of each boot file: more than a hundred blocks of any size."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A set-up of servers."""

    name: str
    title: str
    needs: tuple[str, ...]
    """Programs and Python modules."""
    version: tuple[str, ...]
    """A command whose first line says which it is."""
    network: Network

    @property
    def missing(self) -> list[str]:
        """What is not installed."""
        return [need for need in self.needs if _program(need) is None and find_spec(need) is None]

    def version_words(self) -> str:
        """Name and version, as it says itself."""
        command = [_program(self.version[0]) or self.version[0], *self.version[1:]]
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        said = (done.stdout or done.stderr).strip().splitlines()
        return said[0].partition(" Copyright")[0] if said else "unknown version"


def _program(name: str) -> str | None:
    return shutil.which(name, path=None) or shutil.which(name, path="/usr/sbin:/sbin")


@cache
def peers() -> tuple[Peer, ...]:
    """All set-ups of ``peers.toml``."""
    data = own_toml(_PEERS)
    return msgspec.convert(_filled(data["peers"]), tuple[Peer, ...])


def _filled(value: Any) -> Any:
    """The same with this Python's path wherever it is wanted."""
    match value:
        case str():
            return value.replace("{python}", sys.executable)
        case list():
            return [_filled(item) for item in value]
        case dict():
            return {key: _filled(item) for key, item in value.items()}
        case _:
            return value


def check_peer(peer: Peer) -> list[Result]:
    """The starter suite's results.

    Raises:
        LabError: There is no private network to be had, or a server does not start.
    """
    with tempfile.TemporaryDirectory(prefix="pxeclient-peers-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # servers may read as nobody
        for file, kind in _FILES.items():
            (folder / file).write_bytes(boot_file(kind, _SIZE).read(0, _SIZE))
        with open_wires(peer.network, folder) as wires:
            return list(Running(load(STARTER), wires).results())


def page(found: Sequence[tuple[Peer, list[Result]]]) -> Iterator[str]:
    """The lines of ``docs/reference/peers.md``."""
    yield "# The starter suite before real servers"
    yield ""
    yield "Made by `python -m tools.docs write docs/reference/peers.md`: every server in a private"
    yield "network, set up as [peers.toml](../../pxeclient/check/peers.toml) has it, and asked by"
    yield "`pxeclient check --starter`."
    yield "✓ met, ✗ not met, ? cannot tell. [testing.md](testing.md) tells what the cases are."
    yield ""
    yield row(["case", *(plain(peer.name) for peer, _ in found)])
    yield f"|---|{'---|' * len(found)}"
    for case in dict.fromkeys(result.case for _, results in found for result in results):
        signs = (SIGNS[_status(case, results).value] for _, results in found)
        yield row([plain(case), *signs])
    for peer, results in found:
        yield from _about(peer, results)


def _status(case: str, results: Sequence[Result]) -> Status:
    return worst(result.status for result in results if result.case == case)


def _about(peer: Peer, results: Sequence[Result]) -> Iterator[str]:
    yield ""
    yield f"## {peer.name}"
    yield ""
    yield f"{plain(peer.title)} ({plain(peer.version_words())}): {tally(results).words}."
    for status in (Status.NOT_MET, Status.UNKNOWN):
        mine = [result for result in results if result.status is status]
        if mine:
            yield ""
        for _, of_case in groupby(mine, lambda one: one.case):
            several = list(of_case)
            who = ", ".join(one.subject for one in several)
            case, happened = plain(several[0].case), plain(_happened(several[0]))
            yield f"* {case}, {status} ({plain(who)}): {happened}"


def _happened(result: Result) -> str:
    """The first two things that made the result what it is."""
    mine = [point for point in result.points if point.status is result.status]
    seen = [f"{point.expected}: {point.happened}" for point in mine[:2]]
    more = f"; and {len(mine) - 2} more" if len(mine) > 2 else ""
    return f"{'; '.join(seen)}{more}"


def whole_page() -> str:
    """The page of all that are installed; those that are not are named on standard error."""
    found = []
    for peer in peers():
        if peer.missing:
            print(f"{peer.name}: not installed: {', '.join(peer.missing)}", file=sys.stderr)
        else:
            found.append((peer, check_peer(peer)))
    return "\n".join(page(found)) + "\n"
