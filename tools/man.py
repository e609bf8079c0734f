"""Pages of the manual: ``build/man/pxeclient.1``, and ``pxeclient-COMMAND.1`` for each command.

    python -m tools.man [FOLDER]              write them                      (make man)

They are made of what the commands say of themselves, as ``--help`` and the web pages are; the table
of exit statuses is that of docs/reference/boot.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from pxeclient import __version__
from pxeclient.cli.command_pages import commands, context_of, options, paragraphs
from pxeclient.cli.main import cli
from pxeclient.handbook import terminal

ROOT = Path(__file__).parent.parent
_STATUS = "## Exit status\n"
_COLUMNS = 66
"""Of a table: what a manual page of 80 columns has room for."""


def pages() -> Iterator[tuple[str, str]]:
    """Every page with the name of its file."""
    found = dict(commands(cli))
    yield "pxeclient.1", _page("pxeclient", cli, sorted(found))
    for path, command in found.items():
        others = [one for one in found if one[:-1] == path or one == path[:-1]]
        yield f"{_name(path)}.1", _page(_name(path), command, others)


def _name(path: tuple[str, ...]) -> str:
    return "-".join(("pxeclient", *path))


def _page(name: str, command: click.Command, others: list[tuple[str, ...]]) -> str:
    return "\n".join(_told(name, command, others)) + "\n"


def _told(name: str, command: click.Command, others: list[tuple[str, ...]]) -> Iterator[str]:
    words = name.replace("-", " ")
    context = context_of(command, words)
    first, *rest = _blocks(command)
    yield f'.TH "{name.upper()}" 1 "" "pxeclient {__version__}" "User commands"'
    yield ".SH NAME"
    yield f"{_shown(name)} \\- {_shown(first.rstrip('.'))}"
    yield ".SH SYNOPSIS"
    yield f".B {_shown(words)}"
    yield _shown(" ".join(command.collect_usage_pieces(context)))
    if rest:
        yield ".SH DESCRIPTION"
    for block in rest:
        yield ".PP"
        yield block if block.startswith(".") else _shown(block)
    records = options(command, context)
    if records:
        yield ".SH OPTIONS"
    for names, meaning in records:
        yield ".TP"
        yield f".B {_shown(names)}"
        yield _shown(meaning.replace("`", ""))
    if isinstance(command, click.Group):
        yield ".SH COMMANDS"
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield ".TP"
            yield f".B {_shown(inner)}"
            yield _shown(_blocks(found)[0])
    if name in ("pxeclient", "pxeclient-boot", "pxeclient-lab-run"):
        yield ".SH EXIT STATUS"
        yield from _verbatim(_statuses())
    yield ".SH SEE ALSO"
    beside = ["pxeclient", *map(_name, others)]
    yield ",\n".join(f".BR {_shown(other)} (1)" for other in dict.fromkeys(beside) if other != name)
    yield ".PP"
    yield "The documentation is in the program: \\fBpxeclient help\\fR lists its pages."


def _blocks(command: click.Command) -> list[str]:
    """The paragraphs of its help; code as lines that roff leaves alone."""
    found, code = [], list[str]()
    for line in [*paragraphs(command), ""]:
        if line.startswith("    "):
            code.append(line)
        elif line:
            found.append(terminal.plain(line).replace("`", ""))
        elif code:
            found.append("\n".join(_verbatim(code)))
            code = []
    return found or [""]


def _verbatim(lines: list[str]) -> Iterator[str]:
    yield ".nf"
    yield from map(_shown, lines)
    yield ".fi"


def _statuses() -> list[str]:
    text = (ROOT / "docs" / "reference" / "boot.md").read_text(encoding="utf-8")
    table = text.partition(_STATUS)[2].partition("\n## ")[0]
    return [line.replace("`", "") for line in terminal.lines(table.strip(), _COLUMNS)]


def _shown(text: str) -> str:
    """Text that roff takes for text."""
    safe = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    return "\n".join(f"\\&{line}" if line.startswith(".") else line for line in safe.split("\n"))


def write(folder: Path) -> list[Path]:
    """Write all pages into a folder, made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages():
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    return written


def main(arguments: list[str]) -> int:
    """Write them, and say where."""
    folder = Path(arguments[0]) if arguments else ROOT / "build" / "man"
    print(f"{len(write(folder))} pages in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
