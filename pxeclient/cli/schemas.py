"""``pxeclient schemas``: JSON Schema of what commands print with ``--json``."""

from __future__ import annotations

import json

import click

from pxeclient import schemas as files
from pxeclient.cli import completing, options
from pxeclient.cli.rights import give_up
from pxeclient.spelling import close_or_all


@click.command(epilog=options.examples("pxeclient schemas", "pxeclient schemas boot"))
@click.argument("name", required=False, shell_complete=completing.schemas)
def schemas(name: str | None) -> None:
    """List the JSON Schemas of what commands print with --json; print one by its NAME.

    They are files of the package, too: pxeclient/schemas/NAME.json. The key `schema` of an object
    says which one it keeps to: pxeclient-boot/2 is `boot`.
    """
    give_up()
    if name is None:
        width = max(map(len, files.names()))
        for one in files.names():
            click.echo(f"{one:{width}}  {json.loads(files.text(one))['title']}")
        return
    try:
        text = files.text(name)
    except KeyError:
        hint = close_or_all(name, files.names())
        raise click.UsageError(f"there is no schema {name!r}: {hint}") from None
    click.echo(text, nl=False)
