"""The command that repeats a boot, as a script to read and to run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from pxeclient.boot.machine import Machine
from pxeclient.report.markdown import one_line

EXACT = "The same again, with the same random numbers."
ALIKE = "The same again, with other random numbers."


def script(command: Sequence[str], *about: str) -> str:
    """A script for a shell.

    Args:
        command: Its words, the user's own, each taken literally.
        about: What is to be known of it, a sentence a line.
    """
    told = [f"# {one_line(text)}" for text in about if text]
    return "\n".join(["#!/bin/sh", *told, shlex.join(command), ""])


def boot_command(
    profile: str,
    machine: Machine,
    place: Sequence[str],
    *,
    own: Machine,
    keys: Sequence[str] = (),
    pace: float = 1.0,
    deadline: float | None = None,
) -> list[str]:
    """``pxeclient boot`` for that machine.

    Args:
        profile: As the user names it.
        machine: Who booted.
        place: The options that say where, such as ``--network NAME``.
        own: The profile's machine, which boots where nothing else is said.
        keys: What was pressed.
        pace: Real seconds for each of the firmware's.
        deadline: Of the firmware's seconds, if one was asked for.
    """
    return [*_words(profile, machine, place, own, keys, pace, deadline)]


def _words(
    profile: str,
    machine: Machine,
    place: Sequence[str],
    own: Machine,
    keys: Sequence[str],
    pace: float,
    deadline: float | None,
) -> Iterator[str]:
    yield from ("pxeclient", "boot", "--profile", profile, *place)
    yield from ("--mac", str(machine.mac), "--seed", str(machine.seed))
    if machine.uuid != own.uuid:
        yield from ("--uuid", str(machine.uuid))
    for key in keys:
        yield from ("--key", key)
    if pace != 1.0:
        yield from ("--time-scale", f"{pace:g}")
    if deadline is not None:
        yield from ("--deadline", "none" if deadline == float("inf") else f"{deadline:g}")
