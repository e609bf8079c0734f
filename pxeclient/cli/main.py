"""The `pxeclient` command and its error handling.

Start-up is part of the product: nothing but click is imported before a command is known.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from pxeclient import __version__

_COMMANDS = {
    "boot": ("pxeclient.cli.boot", "Boot one machine, and say why it boots or does not."),
    "matrix": ("pxeclient.cli.matrix", "The same servers, every firmware: who boots?"),
    "explain": ("pxeclient.cli.explain", "Tell what happened in a capture, client by client."),
    "nbp": ("pxeclient.cli.nbp", "Say what a boot file is, by its octets."),
    "watch": ("pxeclient.cli.watch", "Tell every machine's boot on a live network."),
    "check": ("pxeclient.cli.check", "Try a suite of expectations against servers."),
    "lab": ("pxeclient.cli.lab", "Start a server on a private network, and boot against it."),
    "ladder": ("pxeclient.cli.ladder", "Draw a boot as a ladder: text, Mermaid, SVG, HTML."),
    "teach": ("pxeclient.cli.teach", "Lessons: how a machine boots from a network."),
    "findings": ("pxeclient.cli.findings", "List what can be wrong with servers; describe one."),
    "errors": ("pxeclient.cli.errors", "Explain an error code: meaning, causes, cures."),
    "profiles": ("pxeclient.cli.profiles", "List the firmwares; show one in full."),
    "networks": ("pxeclient.cli.networks", "List the built-in practice networks."),
    "schemas": ("pxeclient.cli.schemas", "JSON Schema of what commands print with --json."),
    "compare": ("pxeclient.cli.compare", "Hold a capture of a real boot against a profile."),
    "real": ("pxeclient.cli.real", "Boot the real firmware beside its emulation, and compare."),
    "corpus": ("pxeclient.cli.corpus", "Write what firmwares send as files for tests."),
    "help": ("pxeclient.cli.help", "Show a page of the documentation, or list them."),
    "completion": ("pxeclient.cli.completion", "Print what makes a shell complete commands."),
}
"""Command, module with a function of the same name, and the line in ``--help``."""

GROUPS = {
    "Diagnose": ("boot", "matrix", "explain", "watch", "nbp"),
    "Test": ("check", "lab", "real", "compare", "corpus"),
    "Learn": ("teach", "ladder"),
    "Reference": ("errors", "findings", "profiles", "networks", "schemas", "help", "completion"),
}
"""The commands in ``--help``. `help` has its place here wherever it is installed."""


class _ReaderGone(Exception):
    """Nobody reads our output any more."""


def spelt(error: click.UsageError) -> None:
    """Say which command or option is meant, whatever its capitals are."""
    from pxeclient.spelling import close

    match error:
        case click.exceptions.NoSuchCommand():
            kind, name = "command", error.command_name
            known = _known_commands(error)
        case click.exceptions.NoSuchOption():
            kind, name = "option", error.option_name
            known = _known_options(error)
        case _:
            return
    hint = close(name, known)
    vars(error)["possibilities"] = None
    vars(error)["message"] = f"there is no {kind} {name!r}{f': {hint}' if hint else ''}"


def _known_commands(error: click.UsageError) -> list[str]:
    ctx = error.ctx
    group = None if ctx is None else ctx.command
    return group.list_commands(ctx) if ctx and isinstance(group, click.Group) else []


def _known_options(error: click.UsageError) -> list[str]:
    ctx = error.ctx
    params = [] if ctx is None else ctx.command.get_params(ctx)
    shown = [one for one in params if isinstance(one, click.Option) and not one.hidden]
    return [name for one in shown for name in (*one.opts, *one.secondary_opts)]


class _Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """As click's, which would make the status 1 of a broken pipe."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            spelt(error)
            raise
        except BrokenPipeError:
            raise _ReaderGone from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever is printed, complaints too, is fit for terminals and logs."""
        from pxeclient.cli.streams import harmless
        from pxeclient.harmless import clean, for_a_log

        try:
            with harmless():
                return super().invoke(ctx)
        except click.ClickException as error:
            if isinstance(error, click.UsageError):
                spelt(error)
            # It may quote names and files of anybody.
            vars(error)["message"] = for_a_log(clean(error.message))
            raise
        except BrokenPipeError:
            raise _ReaderGone from None

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        command = getattr(module, cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them, each kind with its own."""
        width = max(map(len, _COMMANDS))
        for group, names in groups().items():
            with formatter.section(group):
                formatter.write_dl([(f"{name:{width}}", _COMMANDS[name][1]) for name in names])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> Any:
        """As click's, which would import all commands for their help."""
        from click.shell_completion import CompletionItem

        if not incomplete or incomplete[0].isalnum():
            return [
                CompletionItem(name, help=words)
                for name, (_, words) in _COMMANDS.items()
                if name.startswith(incomplete)
            ]
        return click.Command.shell_complete(self, ctx, incomplete)


def groups() -> dict[str, list[str]]:
    """The commands that there are, as ``--help`` lists them; those without a group come last."""
    found = {
        group: [name for name in names if name in _COMMANDS] for group, names in GROUPS.items()
    }
    placed = {name for names in GROUPS.values() for name in names}
    if rest := [name for name in _COMMANDS if name not in placed]:
        found["Others"] = rest
    return found


_EXAMPLES = """Examples:

\b
  pxeclient boot -p vmware-e1000e --network proxy-60-file-4011-dead
  sudo $(which pxeclient) boot -p vmware-e1000e -i eth0
  pxeclient errors PXE-E55
"""


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EXAMPLES,
)
@click.version_option(__version__, prog_name="pxeclient")
def cli() -> None:
    """Boot as a PXE firmware would, against real or built-in servers.

    pxeclient sends what iPXE or VMware's ROM would send, decides as it would decide, fetches
    the boot file over TFTP, and ends with the firmware's own words and the reason.
    """


is_running = False
"""This process is the command line's own."""


def main() -> None:
    """Run the command line; every ending has an exit status and at most a sentence."""
    global is_running
    is_running = True
    try:
        status = _run()
    except (BrokenPipeError, _ReaderGone):
        # Whoever read our output has gone; say nothing more, not even at the interpreter's end.
        # 141 is what a shell makes of who dies by SIGPIPE, as other programs do.
        _drop_output(True)
        status = 141
    sys.exit(status)


def _run() -> int:
    """The status."""
    status: int
    try:
        _settle_streams()
        status = cli.main(standalone_mode=False, complete_var="_PXECLIENT_COMPLETE")
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        status = 130
    except BrokenPipeError:
        raise
    except OSError as error:
        # Standard output cannot be written: a full disk.
        _drop_output()
        click.echo(f"Error: cannot write the output: {error.strerror or error}", err=True)
        status = 3
    return status


def _settle_streams() -> None:
    """Streams that are closed swallow what they get, or are at their end; signs that one cannot
    show become `?`."""
    if sys.stdin is None:
        nowhere = os.open(os.devnull, os.O_RDONLY)
        sys.stdin = os.fdopen(nowhere, encoding="utf-8", closefd=False)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            setattr(sys, name, os.fdopen(nowhere, "w", encoding="utf-8", closefd=False))
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _drop_output(is_gone: bool = False) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if is_gone:
        os.dup2(nowhere, sys.stderr.fileno())
