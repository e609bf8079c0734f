"""What commands print, in pages written by hand: made by the commands themselves.

    ```
    $ pxeclient boot --profile ipxe           a fence that begins so is the command's whole output
    ...
    ```

    <!-- part of: pxeclient ladder -p ipxe | A .. B | C .. D -->
    ```                                       these parts of it: from a line that has A to the next
    ...                                       that has B, and so on, in order
    ```

    <!-- made: firmwares -->                  a table, up to the next empty line

A fence without a language is one of these, or `<!-- by hand: REASON -->` stands before it. Commands
run without rights and without a wire, in an empty folder that has `RECORDINGS`.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import chdir
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner

from pxeclient import profile as profiles
from pxeclient.boots.boot import boot
from pxeclient.boots.networks import Network, network
from pxeclient.cli.main import cli
from pxeclient.cli.profiles import levels
from pxeclient.outcome import Booted, Failed
from pxeclient.wire.options import printable

RECORDINGS = {
    "boot.pcap": "tests/captures/ipxe-e1000e/proxy-60-file/capture.pcap",
    "grubx64.efi": "tests/nbp/files/signed.efi",
}
"""The files that pages speak of, and which of the tests' they are."""

_FENCE = "```"
_PROMPT = "$ "
_MARK = re.compile(r"<!-- (part of|made|by hand): (.*) -->")


class TranscriptError(ValueError):
    """A page says what cannot be made; the text says which line, and why."""


def renewed(text: str, root: Path) -> str:
    """The page with everything in it that commands print, as they print it now.

    Raises:
        TranscriptError: A block has no command, or a command does not print what is wanted of it.
    """
    lines = iter(enumerate(text.splitlines(), 1))
    return "\n".join(_lines(lines, root)) + "\n"


def _lines(lines: Iterator[tuple[int, str]], root: Path) -> Iterator[str]:
    mark: re.Match[str] | None = None
    for number, line in lines:
        yield line
        found = _MARK.fullmatch(line)
        if found and found[1] == "made":
            old = list(takewhile(bool, (row for _, row in lines)))
            yield from _table(found[2], old, number)
            yield ""
        elif line.startswith(_FENCE):
            body = [old for _, old in _until(lines)]
            made = body if line != _FENCE else _block(body, mark, number, root)
            yield from made
            yield _FENCE
        mark = found


def _until(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines up to the end of the fence."""
    for number, line in lines:
        if line == _FENCE:
            return
        yield number, line


def _block(body: list[str], mark: re.Match[str] | None, number: int, root: Path) -> list[str]:
    match mark:
        case None if body and body[0].startswith(_PROMPT):
            return [body[0], *output(body[0].removeprefix(_PROMPT), root)]
        case re.Match() if mark[1] == "part of":
            command, *parts = mark[2].split(" | ")
            return list(_parts(output(command, root), parts, f"line {number}: {command}"))
        case re.Match() if mark[1] == "by hand":
            return body
        case _:
            raise TranscriptError(f"line {number}: what is in this block, no command says")


def output(command: str, root: Path) -> list[str]:
    """What a command prints, its end of no interest.

    Raises:
        TranscriptError: It is not ours, or it ends in wrong usage or an exception.
    """
    program, *arguments = shlex.split(command)
    if program != "pxeclient":
        raise TranscriptError(f"{command}: only pxeclient itself is run")
    with TemporaryDirectory() as folder, chdir(folder):
        for name, recording in RECORDINGS.items():
            shutil.copyfile(root / recording, name)
        done = CliRunner().invoke(cli, arguments, prog_name=program, env={"COLUMNS": "100"})
    is_crash = done.exception is not None and not isinstance(done.exception, SystemExit)
    if is_crash or done.exit_code in (2, 3):
        raise TranscriptError(f"{command}: {done.exception if is_crash else done.output.strip()}")
    return done.stdout.rstrip("\n").split("\n")


def _parts(shown: list[str], parts: list[str], where: str) -> Iterator[str]:
    rest = iter(shown)
    for part in parts:
        first, _, last = part.partition(" .. ")
        is_inside = False
        for line in rest:
            is_inside = is_inside or first in line
            if is_inside:
                yield line
                if last in line:
                    break
        else:
            raise TranscriptError(f"{where}: no lines from {first!r} to {last!r}")


def _firmwares(old: list[str]) -> Iterator[str]:
    """The built-in profiles, in the order in which they stand; new ones come last."""
    stand = [row.split("`")[1] for row in old if row.startswith("| `")]
    known = [name for name in stand if name in profiles.names()]
    yield "| profile | what it is | how well its values and rules are known |"
    yield "|---|---|---|"
    for name in dict.fromkeys((*known, *profiles.names())):
        found = profiles.load(name)
        yield f"| `{name}` | {found.title}. {found.summary} | {levels(found)} |"


def _names(old: list[str]) -> Iterator[str]:
    """The same in short."""
    yield "| profile | what it is |"
    yield "|---|---|"
    yield from (f"{row.rpartition(' | ')[0]} |" for row in [*_firmwares(old)][2:])


_CHOOSING = ("ipxe", "vmware-e1000e", "edk2")


def _choices(old: list[str]) -> Iterator[str]:
    """What these firmwares come to on the same servers, which are those that stand in the table."""
    stand = [cells[2].strip(" `") for row in old if len(cells := row.split("|")) > 3][2:]
    yield f"| servers | network | {' | '.join(f'`{name}`' for name in _CHOOSING)} |"
    yield "|---|---|---|---|---|"
    for name in stand:
        came_to = (_came_to(one, network(name)) for one in _CHOOSING)
        yield f"| {network(name).scenario.title} | `{name}` | {' | '.join(came_to)} |"


def _came_to(firmware: str, servers: Network) -> str:
    found = profiles.load(firmware)
    match boot(found, found.machine, servers.wire(found.traits)).outcome:
        case Booted(file):
            return f"`{printable(file.name)}`, {file.named_by}"
        case Failed() as failed:
            return failed.code or failed.text
        case None:
            return "waits for a key"


_TABLES: dict[str, Callable[[list[str]], Iterator[str]]] = {
    "firmwares": _firmwares,
    "names": _names,
    "choices": _choices,
}


def _table(name: str, old: list[str], number: int) -> Iterator[str]:
    if name not in _TABLES:
        raise TranscriptError(f"line {number}: {name!r} is not one of {', '.join(_TABLES)}")
    return _TABLES[name](old)
