"""Pages about commands and firmwares, as the commands themselves tell it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from inspect import cleandoc

import click

from pxeclient import profile as profiles
from pxeclient.handbook import Page

COMMAND, PROFILE = "command", "profile"


def pages(root: click.Group) -> Iterator[Page]:
    """One for each command and each firmware, and the lists that lead to them."""
    found = {" ".join(path): command for path, command in commands(root)}
    yield Page("reference/commands.md", "Commands", partial(_commands, found))
    for name, command in found.items():
        text = partial(one, name, command)
        path = f"reference/commands/{name.replace(' ', '-')}.md"
        yield Page(path, f"pxeclient {name}", text, kind=COMMAND)
    yield Page("reference/profiles.md", "Firmwares", _profiles)
    for name in profiles.names():
        title = f"Firmware {name}"
        path = f"reference/profiles/{name}.md"
        yield Page(path, title, partial(_profile, name), kind=PROFILE)


def commands(
    group: click.Group, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it, those inside of others after them."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


def _commands(found: dict[str, click.Command]) -> str:
    rows = [
        f"| [{name}](commands/{name.replace(' ', '-')}.md) | {_cell(_first(command))} |"
        for name, command in found.items()
    ]
    return "\n".join(("# Commands", "", "| command | |", "|---|---|", *rows, ""))


def _first(command: click.Command) -> str:
    return " ".join((command.help or "").split("\n\n")[0].split())


def one(name: str, command: click.Command) -> str:
    """The page of a command: how it is called, what it does, its options."""
    return "\n".join(_told(name, command)) + "\n"


def _told(name: str, command: click.Command) -> Iterator[str]:
    context = context_of(command, f"pxeclient {name}")
    yield f"# pxeclient {name}"
    yield ""
    yield f"    {context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    yield ""
    yield from paragraphs(command)
    records = options(command, context)
    if records:
        yield "## Options"
        yield ""
        yield "| option | |"
        yield "|---|---|"
        for names, words in records:
            yield f"| `{_cell(names)}` | {_cell(words)} |"
        yield ""
    if isinstance(command, click.Group):
        yield "## Commands"
        yield ""
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                link = f"{name} {inner}".replace(" ", "-")
                yield f"* [{name} {inner}]({link}.md): {_escaped(_first(found))}"
        yield ""


def paragraphs(command: click.Command) -> Iterator[str]:
    r"""Its help as Markdown, examples too; what click is told to leave alone (``\b``) is code."""
    whole = "\n\n".join(cleandoc(text) for text in (command.help, command.epilog) if text)
    for paragraph in whole.split("\n\n"):
        if paragraph.startswith("\b\n"):
            yield from (f"    {line}" for line in paragraph.split("\n")[1:])
        else:
            yield _escaped(" ".join(paragraph.split()))
        yield ""


def context_of(command: click.Command, called: str) -> click.Context:
    """As where it runs: a command keeps the names of ``--help`` that it had first."""
    return click.Context(command, info_name=called, help_option_names=["-h", "--help"])


def options(command: click.Command, context: click.Context) -> list[tuple[str, str]]:
    """Names and words of its options, as ``--help`` has them."""
    records = (param.get_help_record(context) for param in command.get_params(context))
    return [record for record in records if record is not None]


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|")


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*")


def _profiles() -> str:
    rows = []
    for name in profiles.names():
        found = profiles.load(name)
        rows.append(
            f"| [{name}](profiles/{name}.md) | {_cell(f'{found.title}. {found.summary}')} |"
        )
    head = ("# Firmwares", "", "A firmware is a TOML file; `-p my.toml` boots with your own.", "")
    return "\n".join((*head, "| profile | |", "|---|---|", *rows, ""))


def _profile(name: str) -> str:
    from pxeclient.cli.profiles import describe

    found = profiles.load(name)
    shown = [line for part in describe(found) for line in part.split("\n")]
    start = next(at for at, line in enumerate(shown) if line.startswith("Values and rules"))
    head = (f"# Firmware {name}", "", f"{_escaped(found.title)}. {_escaped(found.summary)}", "")
    lines = (*head, *prose(found.description), "", "```text", *shown[start:], "```", "")
    return "\n".join(lines)


def prose(description: str) -> Iterator[str]:
    """A profile's description as Markdown: what is indented there is an item of a list."""
    was_item = False
    for line in description.split("\n"):
        is_item = line.startswith("  ")
        if was_item and not is_item:
            yield ""
        is_first = is_item and not line.startswith("    ")
        words = _escaped(line.strip())
        yield f"* {words}" if is_first else f"  {words}" if is_item else words
        was_item = is_item
