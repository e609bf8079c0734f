"""``pxeclient nbp``: what a boot file is, by its octets."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final

import click

from pxeclient.cli import options
from pxeclient.cli.heading import now_headed
from pxeclient.cli.rights import give_up
from pxeclient.harmless import json_text
from pxeclient.nbp.examine import examine
from pxeclient.nbp.programs import MOST
from pxeclient.report.boot_file import as_json as object_of
from pxeclient.report.boot_file import lines

if TYPE_CHECKING:
    from pxeclient.schemas import nbp as shapes

SCHEMA: Final = "pxeclient-nbp/1"
"""Grows by new keys only; any other change makes it /2."""


@click.command(epilog=options.examples("pxeclient nbp pxelinux.0 undionly.kpxe"))
@click.argument("file", nargs=-1, required=True, type=click.File("rb"))
@options.as_json
def nbp(file: tuple[BinaryIO, ...], as_json: bool) -> None:
    """Say what a boot file (NBP) is: iPXE, PXELINUX, GRUB, shim, a kernel, a script, a web page.

    FILE is looked at by its octets, never by its name; `-` reads standard input. It says whose
    program it is, which build and version, which machines start it, who signed it, and which
    octets told so. `pxeclient help nbp` tells of its JSON.
    """
    give_up()  # the files are open
    found: list[shapes.NbpFile] = []
    for index, stream in enumerate(file):
        name = _shown(getattr(stream, "name", "-"))
        try:
            content, size = _read(stream)
        except OSError as error:
            raise click.ClickException(f"{name}: {error.strerror or error}") from None
        digest = None if len(content) < (size or 0) else sha256(content).hexdigest()
        told = examine(content, size)
        if as_json:
            found.append(object_of(name, told, digest))
            continue
        if index:
            click.echo()
        for line in lines(name, told, digest):
            click.echo(line)
    if as_json:
        click.echo(json_text(now_headed(_whole(found)), indent=2))


def _whole(found: list[shapes.NbpFile]) -> shapes.Nbp:
    return {"schema": SCHEMA, "files": found}


def _read(stream: BinaryIO) -> tuple[bytes, int | None]:
    """The file up to a bound, and how long it is; None where that does not show."""
    content = stream.read(MOST)
    if len(content) < MOST:
        return content, len(content)
    try:
        size = os.fstat(stream.fileno()).st_size
    except (OSError, ValueError):
        return content, None
    return content, size if size >= len(content) else None


def _shown(name: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in name)
