"""All commands of the command line, and what stands in their help."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pxeclient.cli.main import cli
from pxeclient.cli.old import Old


def commands() -> Iterator[tuple[str, click.Command]]:
    """Each command by its words, such as ``lab run``; the whole line is without any."""
    yield from _below("", cli)


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for word in command.list_commands(ctx):
            found = command.get_command(ctx, word)
            assert found is not None
            yield from _below(f"{name} {word}".strip(), found)


NAMES = [name for name, _ in commands()]
COMMANDS = dict(commands())


def options(name: str) -> dict[str, click.Option]:
    """What a command's help lists, by each spelling."""
    params = [one for one in COMMANDS[name].params if isinstance(one, click.Option)]
    shown = [one for one in params if not isinstance(one, Old)]
    return {spelling: one for one in shown for spelling in (*one.opts, *one.secondary_opts)}


def old_options() -> list[tuple[str, Old]]:
    """The old spellings, each with its command."""
    return [
        (name, one)
        for name, command in COMMANDS.items()
        for one in command.params
        if isinstance(one, Old)
    ]


def examples(name: str) -> list[str]:
    """The command lines under "Examples", with what goes on on a further line."""
    _, _, shown = (COMMANDS[name].epilog or "").partition("\b\n")
    lines = shown.replace("\\\n", " ").splitlines()
    return [" ".join(line.split()) for line in lines if line.strip()]
