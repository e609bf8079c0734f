"""What ``pxeclient check`` is to try: the suite, as the command line changes it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import click
import msgspec

from pxeclient.check.reading import SuiteError, load
from pxeclient.check.suite import Case, Host, Network, Suite


def where(interface: str | None, network: str | None, servers: Sequence[str]) -> Network | None:
    """The network that the options name; None leaves it to the suite.

    Raises:
        click.UsageError: They name more than one, or a command line that is none.
    """
    given = [
        option
        for option, value in (
            ("--interface", interface),
            ("--network", network),
            ("--server", servers),
        )
        if value
    ]
    if len(given) > 1:
        raise click.UsageError(f"{' and '.join(given)} exclude each other: choose one network")
    if interface is not None:
        return Network(interface=interface)
    if network is not None:
        return Network(practice=network)
    return Network(hosts=(Host(servers=tuple(map(_command, servers))),)) if servers else None


def _command(line: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(line))
    except ValueError as error:
        raise click.UsageError(f"--server {line!r}: {error}") from None
    if not words:
        raise click.UsageError("--server: the command is empty")
    return words


def chosen_suite(
    path: Path,
    where: Network | None,
    time_scale: float | None,
    names: tuple[str, ...],
    otherwise: Network | None = None,
    loopback: bool | None = None,
) -> Suite:
    """The suite at `path`, on that network and at that pace, with profiles in place of its own.

    `otherwise` is the network if neither `where` nor the suite names one. With `loopback` its
    servers run on the loopback interface, or (False) never.

    Raises:
        click.UsageError: It is wrong, or nobody says where the servers are.
    """
    try:
        suite = load(path, names)
    except SuiteError as error:
        raise click.UsageError(str(error)) from None
    network = where or suite.network or otherwise
    if network is None:
        raise click.UsageError(
            f"{path} does not say where the servers are: add [network], or give --interface,"
            " --network or --server"
        )
    if time_scale is not None:
        network = msgspec.structs.replace(network, time_scale=time_scale)
    if loopback is not None:
        if not (network.server or network.hosts or network.tftp):
            raise click.UsageError(
                "--loopback is for servers that are started: --server, or a suite"
            )
        network = msgspec.structs.replace(network, loopback="always" if loopback else "never")
    return msgspec.structs.replace(suite, network=network)


def matching(suite: Suite, patterns: tuple[str, ...]) -> tuple[Case, ...]:
    """The cases whose names match any of the patterns; all without patterns.

    Raises:
        click.UsageError: A pattern matches none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(case.name, pattern) for case in suite.cases):
            names = ", ".join(case.name for case in suite.cases)
            raise click.UsageError(f"--case {pattern}: there is none; there are {names}")
    return tuple(
        case
        for case in suite.cases
        if not patterns or any(fnmatchcase(case.name, pattern) for pattern in patterns)
    )
