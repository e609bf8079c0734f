"""``pxeclient networks``: the built-in practice networks and what each shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pxeclient.cli import options
from pxeclient.cli.listing import print_list
from pxeclient.cli.rights import give_up
from pxeclient.practice import scenario

if TYPE_CHECKING:
    from pxeclient.schemas import lists as shapes


@click.command(
    epilog=options.examples("pxeclient networks", "pxeclient networks --recorded --json")
)
@click.option("--recorded", is_flag=True, help="List the situations of the recordings instead.")
@options.as_json
def networks(recorded: bool, as_json: bool) -> None:
    """List the built-in practice networks.

    Each is a segment with scripted servers, in this process and on a virtual clock. Choose
    one with `pxeclient boot --network NAME`. With --recorded, the situations in which real
    firmware was recorded, to boot any firmware in; they are named in the same way.
    """
    give_up()
    if as_json:
        print_list(_whole(recorded))
        return
    if recorded:
        _recorded()
        return
    for name in scenario.names():
        found = scenario.by_name(name)
        default = " (the default)" if name == scenario.DEFAULT else ""
        click.echo(f"{name}{default}")
        click.echo(f"    {found.title}")
        click.echo(f"    {found.shows}")
    count = len(scenario.recorded_names())
    click.echo(
        f"\n{count} more, in which real firmware was recorded: pxeclient networks --recorded"
    )


def _whole(recorded: bool) -> shapes.Networks:
    names = scenario.recorded_names() if recorded else scenario.names()
    return {
        "schema": "pxeclient-networks/1",
        "networks": [
            {
                "name": name,
                "title": found.title,
                "why": found.shows,
                "default": name == scenario.DEFAULT,
            }
            for name, found in ((name, scenario.by_name(name)) for name in names)
        ],
    }


def _recorded() -> None:
    width = max(map(len, scenario.recorded_names()))
    for name in scenario.recorded_names():
        click.echo(f"{name:{width}}  {scenario.by_name(name).title}")
