"""Giving up what a command no longer needs, before it reads what strangers have sent."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import click

import pxeclient
from pxeclient.cli import main
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
    homes = [module.__file__ for module in (pxeclient, click, os)]
    rights.drop(read=[*(home for home in homes if home), *named])
