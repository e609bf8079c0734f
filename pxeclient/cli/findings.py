"""``pxeclient findings``: what can be found wrong, and what to change then."""

from __future__ import annotations

import click

from pxeclient.advice import fill
from pxeclient.cli.rights import give_up
from pxeclient.diagnose import catalogue, fault
from pxeclient.diagnose.places import renamed
from pxeclient.report.findings import describe
from pxeclient.spelling import close


@click.command()
@click.argument("id", required=False)
def findings(id: str | None) -> None:
    """List what a boot can show to be wrong with servers; describe one by its ID.

    `pxeclient boot` names them after the end of a boot, with what to change. `pxeclient help ID` is
    the page of one, with the pages that speak of it.
    """
    give_up()
    if id is None:
        _list()
        return
    found = fault(id)
    if found is None:
        hint = close(id, catalogue(), most=3, cutoff=0.4)
        raise click.UsageError(f"there is no finding {id!r}{hint and f'; {hint}'}")
    cures = tuple(fill(cure, renamed({}, found.places)) for cure in found.cures)
    for line in describe(found, cures):
        click.echo(line)
    click.echo(f"  Page: pxeclient help {found.id}")


def _list() -> None:
    width = max(map(len, catalogue()))
    for id, found in catalogue().items():
        click.echo(f"{id:{width}}  {found.title}")
