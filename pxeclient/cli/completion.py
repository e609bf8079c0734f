"""``pxeclient completion``: what a shell runs to complete our command lines."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from pxeclient.cli import main, options
from pxeclient.cli.drawing import STDOUT
from pxeclient.cli.output import check_files, write_text

_NAME, _VARIABLE = "pxeclient", "_PXECLIENT_COMPLETE"
"""The program, and the variable by which click knows that a shell asks it."""
_SHELLS: dict[str, type[ShellComplete]] = {
    "bash": BashComplete,
    "zsh": ZshComplete,
    "fish": FishComplete,
}


@click.command(
    epilog=options.examples(
        'eval "$(pxeclient completion bash)"',
        'eval "$(pxeclient completion zsh)"',
        "pxeclient completion fish -o ~/.config/fish/completions/pxeclient.fish",
    )
)
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@options.output()
def completion(shell: str, output: Path) -> None:
    """Print what makes SHELL complete commands, options and values.

    Values are profiles and their variants, practice networks, lessons, error codes, findings,
    interfaces and kinds of servers. A shell takes it at its start, or where it looks for such
    files: bash in ~/.local/share/bash-completion/completions/pxeclient, zsh in a folder of $fpath
    as _pxeclient, fish in ~/.config/fish/completions/pxeclient.fish.
    """
    script = source(shell)
    check_files([("--output", output)])
    if output == STDOUT:
        click.echo(script, nl=False)
    else:
        write_text(output, script)


def source(shell: str) -> str:
    """The script for a shell."""
    script = _SHELLS[shell](main.cli, {}, _NAME, _VARIABLE)
    text = script.source_template % script.source_vars()
    # What is to be gone on with, as `tap=`, takes no blank after it.
    goes_on = "[[ $value == *= ]] && compopt -o nospace"
    taken = f'COMPREPLY+=("$value")\n            {goes_on}'
    return text.replace("COMPREPLY+=($value)", taken).rstrip() + "\n"
