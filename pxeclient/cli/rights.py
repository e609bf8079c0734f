"""Giving up what a command no longer needs, before it reads what strangers have sent."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import click

import pxeclient
from pxeclient.cli import main
from pxeclient.cli.placing import User, sudo_user
from pxeclient.link import rights


def are_to_go() -> bool:
    """The process is the command's own, and has rights beyond its user's.

    Who calls a command in a process of his own keeps what he has.
    """
    return main.is_running and rights.held() != 0


def give_up(*files: Path | str | None, profiles: Iterable[str] = ()) -> None:
    """Be without any capability from now on, for good.

    What is still imported, the named files and the profiles that are files can be read all the
    same. Files that are to be written are `output.written_later`.
    """
    if not are_to_go():
        return
    named = [str(path) for path in files if path is not None]
    named += [base for base in (name.partition("+")[0] for name in profiles) if "." in base]
    rights.drop(read=[*_homes(), *named])


def _homes() -> list[str]:
    """A file of each place from which something may still be imported."""
    homes = [module.__file__ for module in (pxeclient, click, os)]
    return [home for home in homes if home]


# --- being somebody else --------------------------------------------------------------------
_NOBODY = User(65534, 65534)
"""As most systems have it, where none is named so."""


class Heir(NamedTuple):
    """Who a process of root's is to be from now on, and what is to be said of it."""

    name: str
    user: User | None
    """None: it stays who it is."""
    groups: tuple[int, ...] = ()
    why: str = ""
    """Why it stays."""

    @property
    def uid(self) -> int:
        """Whose files it can write."""
        return os.geteuid() if self.user is None else self.user.uid


def stays() -> Heir:
    """Who we are goes on."""
    return Heir(_name_of(os.geteuid()), None)


def heir() -> Heir:
    """Who goes on for us: of root, the user who called sudo, or nobody; of others, themselves.

    So it is where that user can read the program, of which parts are imported later.

    Raises:
        OSError: There is no room for a process that tries it.
    """
    own = stays()
    if os.geteuid() != 0 or not are_to_go():
        return own
    user = sudo_user() or _nobody()
    name, groups = _name_of(user.uid), _groups_of(user)
    match rights.refusal(*user, groups, read=_homes()):
        case None:
            return Heir(name, user, groups)
        case rights.Refusal.READING:
            return own._replace(why=f"{name} cannot read the program in {_closed()}")
        case rights.Refusal.KERNEL:
            return own._replace(why=f"the system does not let it become {name}")


def hand_over(to: Heir) -> str:
    """Be that user from now on, without any capability, for good; what is to be said of it.

    In a process of one thread. Who stays is left without capabilities as by `give_up`.
    """
    if not are_to_go():
        return ""
    if to.user is not None:
        rights.become(*to.user, to.groups)
        uid = "" if to.name == f"uid {to.uid}" else f" (uid {to.uid})"
        return f"as {to.name}{uid}, without capabilities"
    give_up()
    left = rights.held()
    but = " but the one to read any file" if left == 1 << rights.DAC_READ_SEARCH else ""
    still = "with capabilities that could not be given up" if left and not but else ""
    because = f": {to.why}" if to.why else ""
    return f"as {to.name}, {still or f'without capabilities{but}'}{because}"


def _closed() -> str:
    """The folder of the program's that is not everybody's."""
    for path in _homes():
        found = Path(path).resolve()
        for one in reversed([found, *found.parents]):
            try:
                mode = one.stat().st_mode
            except OSError:
                break
            if not mode & (0o1 if one.is_dir() else 0o4):
                return str(one)
    return "its files"


def _nobody() -> User:
    try:
        found = pwd.getpwnam("nobody")
    except KeyError:
        return _NOBODY
    return User(found.pw_uid, found.pw_gid) if found.pw_uid else _NOBODY


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def _groups_of(user: User) -> tuple[int, ...]:
    """His further groups; those of a user whom the system does not know are none."""
    try:
        return tuple(os.getgrouplist(pwd.getpwuid(user.uid).pw_name, user.gid))
    except (KeyError, OSError):
        return ()
