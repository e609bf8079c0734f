"""Options that mean the same with several commands."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import click

from pxeclient.advice import Server
from pxeclient.boot.machine import Nic
from pxeclient.cli.callbacks import key_names, seconds
from pxeclient.wire.addresses import Mac


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
    capture: Path | None = None
    ladder: Path | None = None
    as_json: bool = False
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


profile = click.option(
    "--profile",
    "-p",
    "name",
    required=True,
    help="The firmware: a name of `pxeclient profiles`, or a .toml file.",
)

network = click.option(
    "--network",
    metavar="NAME",
    help="A practice network of `pxeclient networks`, or a scenario file.",
)
interface = click.option(
    "--interface", "-i", metavar="IFACE", help="Boot on this interface (needs CAP_NET_RAW)."
)
tap = click.option(
    "--tap", metavar="NAME", help="Boot on this TAP device, created if it is not there."
)

deadline = click.option(
    "--deadline",
    type=Deadline(),
    callback=seconds,
    metavar="SECONDS",
    help="Give a boot up after so many of the firmware's seconds; on a real wire after 600 if"
    " nothing is said, `none`: never.",
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
    envvar="PXECLIENT_SERVER_KIND",
    callback=_server_kind,
    help="The server program that cures are shown for; else the one that its replies show."
    " [env: PXECLIENT_SERVER_KIND]",
)

as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on standard output."
)
