"""Options: one spelling has one meaning, whichever command takes it.

What an option means is one sentence, the first of its help, and stands here once. Where a command
has something to add, it gives `more`; whether an option is required, or may be given more than
once, is the command's own. `tests/cli/test_words.py` holds all commands to that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import click
from click.core import ParameterSource

from pxeclient.advice import Server
from pxeclient.boot.machine import Nic
from pxeclient.cli import completing
from pxeclient.cli.callbacks import key_names, pace, seconds, uuid_of
from pxeclient.cli.reports import NO_REPORTS, Reports
from pxeclient.wire.addresses import Mac

Word = Callable[[Any], Any]
"""What puts an option on a command."""

FILE = click.Path(path_type=Path, dir_okay=False)
PROFILE, INTERFACE, SERVER_KIND = (
    "PXECLIENT_PROFILE",
    "PXECLIENT_INTERFACE",
    "PXECLIENT_SERVER_KIND",
)
"""Of the environment: what `--profile`, `--interface` and `--server-kind` are when not given."""


class Deadline(click.FloatRange):
    """Seconds, or ``none`` for infinity."""

    def __init__(self) -> None:
        super().__init__(0, min_open=True)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number."""
        return inf if value == "none" else float(super().convert(value, param, ctx))


@dataclass(frozen=True, slots=True)
class BootOptions:
    """What the user asks of a boot: which machine, how it goes, what to show and keep.

    A command that has not all of these options leaves the others as they are here.
    """

    mac: Mac | None = None
    uuid: UUID | None = None
    nic: Nic | None = None
    seed: int | None = None
    time_scale: float | None = None
    deadline: float | None = None
    keys: tuple[str, ...] = ()
    output: Path | None = None
    """Where the boot file goes."""
    written: Path | None = None
    """Where the capture goes."""
    ladder: Path | None = None
    reports: Reports = NO_REPORTS
    as_json: bool = False
    """Standard output has one."""
    as_lines: bool = False
    """Only JSON Lines."""
    as_screen: bool = False
    """Only the machine's own screen."""
    verbose: bool = False
    quiet: bool = False
    server_kind: Server | None = None
    """Whose settings cures are shown for; None: whoever is recognised on the wire."""

    @classmethod
    def of(cls, given: dict[str, Any]) -> Self:
        """Those among a command's parameters, as click has checked them, that are a boot's."""
        return cls(**{name: given[name] for name in cls.__dataclass_fields__ if name in given})


class _Profile(click.Option):
    """One that is missing is named with what to do about it."""

    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """As click's."""
        try:
            return super().process_value(ctx, value)
        except click.MissingParameter as error:
            from pxeclient.profile import names

            if error.param is self:
                vars(error)["message"] = (
                    f"Which firmware? One of {', '.join(names())}; `pxeclient profiles` tells them"
                    " apart"
                )
            raise


def profile(*, many: bool = False, required: bool = True, more: str = "") -> Word:
    """`-p`: as `names` where there may be many, else as `name`.

    The environment names one only where there has to be one: it does not choose among all.
    """
    return click.option(
        "--profile",
        "-p",
        "names" if many else "name",
        cls=_Profile,
        required=required,
        multiple=many,
        metavar="NAME",
        envvar=PROFILE if required else None,
        show_envvar=required,
        shell_complete=completing.profiles,
        help=_told("The firmware: a name of `pxeclient profiles`, or a .toml file.", more),
    )


def network(more: str = "") -> Word:
    """`--network`."""
    return click.option(
        "--network",
        metavar="NAME",
        shell_complete=completing.networks,
        help=_told("A practice network of `pxeclient networks`, or a scenario file.", more),
    )


class _Interface(click.Option):
    """The environment's counts only where the command line names no other wire."""

    def __init__(self, *declarations: Any, others: tuple[str, ...], **attributes: Any) -> None:
        super().__init__(*declarations, **attributes)
        self._others = others
        """Parameters that name one."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """As click's, which has looked at all that is on the command line before."""
        sources = map(ctx.get_parameter_source, self._others)
        is_chosen = ParameterSource.COMMANDLINE in sources
        return None if is_chosen else super().resolve_envvar_value(ctx)


def interface(*others: str, more: str = "", many: bool = False) -> Word:
    """`-i`; `others` are the parameters that name another wire."""
    return click.option(
        "--interface",
        "-i",
        "interfaces" if many else "interface",
        cls=_Interface,
        others=others,
        multiple=many,
        metavar="IFACE",
        envvar=INTERFACE,
        show_envvar=True,
        shell_complete=completing.interfaces,
        help=_told("An interface of this machine; needs CAP_NET_RAW.", more),
    )


def tap() -> Word:
    """`--tap`."""
    return click.option(
        "--tap", metavar="NAME", help="A TAP device, which is created if it is not there."
    )


def mac(callback: Callable[..., Any], more: str = "") -> Word:
    """`--mac`: as the callback takes it."""
    return click.option(
        "--mac", callback=callback, metavar="MAC", help=_told("The machine's MAC address.", more)
    )


def seed(more: str = "") -> Word:
    """`--seed`."""
    return click.option(
        "--seed",
        type=click.IntRange(0),
        help=_told("Start of the random numbers: equal seeds give equal boots.", more),
    )


uuid = click.option(
    "--uuid", callback=uuid_of, metavar="UUID", help="The machine's UUID (option 97)."
)


def output(more: str = "") -> Word:
    """`-o`: what the command would print."""
    return click.option(
        "--output",
        "-o",
        type=FILE,
        default=Path("-"),
        metavar="FILE",
        help=_told("Write into this file what goes to standard output without it.", more),
    )


def capture(more: str = "") -> Word:
    """`-w`; as `written`."""
    return click.option(
        "--write",
        "-w",
        "written",
        type=FILE,
        metavar="FILE",
        help=_told("Write a capture of all that was sent and heard.", more),
    )


def ladder(more: str = "") -> Word:
    """`--ladder`."""
    return click.option(
        "--ladder",
        type=FILE,
        metavar="FILE",
        help=_told(
            "Draw the boot as a ladder; the name ends in .txt, .mmd (Mermaid), .svg or .html.", more
        ),
    )


def time_scale(more: str = "") -> Word:
    """`--time-scale`."""
    return click.option(
        "--time-scale",
        type=click.FloatRange(0),
        callback=pace,
        metavar="PACE",
        help=_told("Pace of the firmware's clock: 1 as it is, 0.1 ten times as fast.", more),
    )


def verbose(more: str = "") -> Word:
    """`-v`."""
    return click.option(
        "--verbose",
        "-v",
        is_flag=True,
        help=_told("Every step and decision, with rule and source.", more),
    )


def quiet(more: str = "") -> Word:
    """`-q`."""
    return click.option("--quiet", "-q", is_flag=True, help=_told("Only the verdict.", more))


def _told(means: str, more: str) -> str:
    return f"{means} {more}" if more else means


def check_loudness(verbose: bool, quiet: bool) -> None:
    """Refuse a contradiction.

    Raises:
        click.UsageError: Both are wanted.
    """
    if verbose and quiet:
        raise click.UsageError("--verbose and --quiet exclude each other")


def examples(*lines: str) -> str:
    """The end of a command's help: command lines that can be copied."""
    return "\n".join(["Examples:", "", "\b", *(f"  {line}" for line in lines)])


def deadline_of(more: str = "", **attributes: Any) -> Word:
    """`--deadline`."""
    return click.option(
        "--deadline",
        type=Deadline(),
        callback=seconds,
        metavar="SECONDS",
        help=_told("Give a boot up after so many of the firmware's seconds; `none`: never.", more),
        **attributes,
    )


deadline = deadline_of("On a real wire after 600 if nothing is said.")


def ready(more: str = "") -> Word:
    """`--ready`."""
    return click.option(
        "--ready", metavar="WORDS", help=_told("What the server prints when it is ready.", more)
    )


keys = click.option(
    "--key",
    "keys",
    multiple=True,
    callback=key_names,
    metavar="KEY",
    help="Press a key when the machine watches its keyboard: F8, ESC, Ctrl-C, Up, Down, Enter,"
    " or a character.",
)


def _server_kind(ctx: click.Context, param: click.Parameter, name: str | None) -> Server | None:
    return None if name is None else Server(name)


server_kind = click.option(
    "--server-kind",
    type=click.Choice([server.value for server in Server]),
    envvar=SERVER_KIND,
    show_envvar=True,
    callback=_server_kind,
    help="The server program that cures are shown for; else the one that its replies show.",
)

as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on standard output."
)


def only_lists(as_json: bool, named: str | None) -> None:
    """Refuse `--json` with a name.

    Raises:
        click.UsageError: Both are there.
    """
    if as_json and named is not None:
        raise click.UsageError(f"--json is for the list: leave {named!r} out")


as_lines = click.option(
    "--jsonl", "as_lines", is_flag=True, help="JSON Lines on standard output, as it happens."
)
