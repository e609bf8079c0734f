"""``pxeclient errors``: what a code on a machine's screen means, and what to do."""

from __future__ import annotations

import click

from pxeclient.cli import completing, options
from pxeclient.cli.heading import now_headed
from pxeclient.cli.rights import give_up
from pxeclient.errors.as_json import all_as_json
from pxeclient.errors.as_json import as_json as object_of
from pxeclient.errors.lookup import UnknownError, look_up
from pxeclient.errors.show import listing, page_lines
from pxeclient.harmless import json_text


@click.command(epilog=options.examples("pxeclient errors PXE-E55", "pxeclient errors 2d03e13b"))
@click.argument("code", nargs=-1, shell_complete=completing.codes)
@options.as_json
def errors(code: tuple[str, ...], as_json: bool) -> None:
    """List the error codes of all firmwares, or explain one.

    CODE is what the screen shows: PXE-E55 (or E55), iPXE's number or URL such as
    https://ipxe.org/2d03e13b, a whole line, or a part of a text that has no code. It says what
    the code means on each firmware, what causes it on the wire, how to cure it, and which
    practice network shows it. `pxeclient help errors` tells of its JSON.
    """
    give_up()
    if not code:
        if as_json:
            click.echo(json_text(now_headed(all_as_json()), indent=2))
        else:
            click.echo("\n".join(listing()))
        return
    try:
        page = look_up(" ".join(code))
    except UnknownError as error:
        raise click.UsageError(f"{error.args[0]}. `pxeclient errors` lists all") from None
    whole = json_text(now_headed(object_of(page)), indent=2) if as_json else None
    click.echo(whole or "\n".join(page_lines(page)))
