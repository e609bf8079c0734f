"""``pxeclient findings``: what can be found wrong, and what to change then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from pxeclient.advice import Cure, fill
from pxeclient.advice.as_json import cure_as_json, known_as_json
from pxeclient.cli import completing, options
from pxeclient.cli.listing import print_list
from pxeclient.cli.rights import give_up
from pxeclient.diagnose import Fault, catalogue, fault
from pxeclient.diagnose.places import renamed
from pxeclient.report.findings import describe
from pxeclient.spelling import close

if TYPE_CHECKING:
    from pxeclient.schemas import lists as shapes


@click.command(epilog=options.examples("pxeclient findings D43-VMW"))
@click.argument("id", required=False, shell_complete=completing.findings)
@options.as_json
def findings(id: str | None, as_json: bool) -> None:
    """List what a boot can show to be wrong with servers; describe one by its ID.

    `pxeclient boot` names them after the end of a boot, with what to change. `pxeclient help ID` is
    the page of one, with the pages that speak of it.
    """
    give_up()
    if id is None:
        _list(as_json)
        return
    found = fault(id)
    if found is None:
        hint = close(id, catalogue(), most=3, cutoff=0.4) or "`pxeclient findings` lists all"
        raise click.UsageError(f"there is no finding {id!r}: {hint}")
    if as_json:
        print_list(_whole([found]))
        return
    cures = _cures(found)
    for line in describe(found, cures):
        click.echo(line)
    click.echo(f"  Page: pxeclient help {found.id}")


def _cures(found: Fault) -> tuple[Cure, ...]:
    """With names in place of what a boot would show."""
    return tuple(fill(cure, renamed({}, found.places)) for cure in found.cures)


def _whole(every: Iterable[Fault]) -> shapes.Findings:
    return {"schema": "pxeclient-findings/1", "findings": [_object(found) for found in every]}


def _object(found: Fault) -> shapes.ListedFinding:
    return {
        "id": found.id,
        "title": found.title,
        "severity": found.severity.value,
        "why": found.why,
        "cures": [cure_as_json(cure) for cure in _cures(found)],
        "known": known_as_json(found.known),
    }


def _list(as_json: bool) -> None:
    if as_json:
        print_list(_whole(catalogue().values()))
        return
    width = max(map(len, catalogue()))
    for id, found in catalogue().items():
        click.echo(f"{id:{width}}  {found.title}")
