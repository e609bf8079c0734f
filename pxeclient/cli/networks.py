"""``pxeclient networks``: the built-in practice networks and what each shows."""

from __future__ import annotations

import click

from pxeclient.practice import scenario


@click.command()
def networks() -> None:
    """List the built-in practice networks.

    Each is a segment with scripted servers, in this process and on a virtual clock. Choose
    one with `pxeclient boot --network NAME`.
    """
    for name in scenario.names():
        found = scenario.by_name(name)
        default = " (the default)" if name == scenario.DEFAULT else ""
        click.echo(f"{name}{default}")
        click.echo(f"    {found.title}")
        click.echo(f"    {found.shows}")
