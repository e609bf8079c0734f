"""Whose a suite is: one that starts commands is code, and code of strangers is not run unasked."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shlex
import stat
from collections.abc import Iterator
from pathlib import Path

import click

from pxeclient.check.suite import Command, Network
from pxeclient.cli.output import stderr_line
from pxeclient.cli.placing import sudo_user

_LONGEST = 300
"""Signs of a command line that are shown."""


def tell_commands(path: Path, network: Network, allowed: bool) -> None:
    """Refuse to start a stranger's commands; say which, if they are allowed.

    It is the user's own if nobody else can have written it: the file, and the folder that it is
    in, belong to the user, or to whoever called sudo (the folder to root as well), and neither
    group nor others may write to them. A group that has nobody else in it does not count, nor does
    a folder in which everybody may only replace what is his own (``/tmp``).

    Raises:
        click.UsageError: It is not, and it is not allowed; names the command and the option.
    """
    commands = list(_commands(network))
    if not commands:
        return
    strangers = _stranger(path)
    if strangers is None:
        return
    if not allowed:
        first, more = _shown(commands[0]), len(commands) - 1
        others = f" and {more} more" if more else ""
        raise click.UsageError(
            f"{path} starts a command ({first}){others}, and {strangers}: read it, and give"
            " --allow-commands if that is to run"
        )
    for command in commands:
        stderr_line(f"{_clean(str(path))} starts {_shown(command)}")


def _commands(network: Network) -> Iterator[Command]:
    if network.server is not None:
        yield network.server
    folders = (network.tftp, *(host.tftp for host in network.hosts))
    yield from (("tftpy", folder) for folder in folders if folder is not None)
    for host in network.hosts:
        yield from host.servers


def _shown(command: Command) -> str:
    line = _clean(shlex.join(command))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _clean(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _stranger(path: Path) -> str | None:
    """Who else can have written it, in words; None if nobody."""
    user = sudo_user()
    own = {os.geteuid(), *([] if user is None else [user.uid])}
    real = Path(os.path.realpath(path))
    for place, what, owners in ((real, "it", own), (real.parent, "its folder", own | {0})):
        try:
            found = place.stat()
        except OSError as error:
            return f"nobody can tell whose it is ({error.strerror})"
        if found.st_uid not in owners:
            return f"{what} belongs to another user (uid {found.st_uid})"
        is_everybodys = found.st_mode & stat.S_IWOTH and not found.st_mode & stat.S_ISVTX
        if is_everybodys:
            return f"everybody may write to {'it' if place == real else 'its folder'}"
        if found.st_mode & stat.S_IWGRP and not _is_alone(found.st_gid, found.st_uid):
            return f"the group of {what} (gid {found.st_gid}) may write to it"
    return None


def _is_alone(gid: int, uid: int) -> bool:
    """The group is the user's private one: it has the same name, and nobody else in it."""
    with contextlib.suppress(KeyError):
        group, user = grp.getgrgid(gid), pwd.getpwuid(uid)
        return user.pw_gid == gid and group.gr_name == user.pw_name and not group.gr_mem
    return False
