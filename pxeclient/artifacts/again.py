"""The command that repeats a boot, as a script to read and to run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from math import isinf

from pxeclient.boot.machine import Machine
from pxeclient.harmless import without_commands
from pxeclient.report.markdown import one_line

EXACT = "The same again, with the same random numbers."
ALIKE = "The same again, with other random numbers."


def script(command: Sequence[str], *about: str) -> str:
    """A script for a shell.

    Args:
        command: Its words, the user's own, each taken literally.
        about: What is to be known of it, a sentence a line.
    """
    told = [f"# {one_line(without_commands(text))}" for text in about if text]
    if not all(word.replace("\n", "").replace("\t", "").isprintable() for word in command):
        return "\n".join(["#!/bin/sh", *told, _NOT_SHOWN, "exit 2", ""])
    return "\n".join(["#!/bin/sh", *told, _TWICE.sub(r"\1''", shlex.join(command)), ""])


_TWICE = re.compile(r"([:#])(?=\1)")
"""What may begin an order to a CI service, in whose log the file may be shown. Two quotes between
mean nothing to a shell, whether in quotes or not."""
_NOT_SHOWN = "# A name in the command has signs that cannot be shown, so it is not written here."


def boot_command(
    profile: str,
    machine: Machine,
    place: Sequence[str],
    *,
    own: Machine,
    mac: str = "",
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
        mac: What to say of its MAC address; the address itself if nothing else.
        keys: What was pressed.
        pace: Real seconds for each of the firmware's.
        deadline: Of the firmware's seconds, if one was asked for.
    """
    words = ["pxeclient", "boot", "--profile", profile, *place]
    words += ["--mac", mac or str(machine.mac), "--seed", str(machine.seed)]
    words += ["--uuid", str(machine.uuid)] if machine.uuid != own.uuid else []
    words += [word for key in keys for word in ("--key", key)]
    words += ["--time-scale", f"{pace:g}"] if pace != 1.0 else []
    if deadline is not None:
        words += ["--deadline", "none" if isinf(deadline) else f"{deadline:g}"]
    return words
