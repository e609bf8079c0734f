"""Options that mean the same with several commands."""

from __future__ import annotations

import click

from pxeclient.cli.callbacks import key_names, seconds

profile = click.option(
    "--profile",
    "-p",
    "name",
    required=True,
    help="The firmware: a name of `pxeclient profiles`, or a .toml file.",
)

network = click.option(
    "--network",
    metavar="NAME",
    help="A practice network of `pxeclient networks`, or a scenario file.",
)
interface = click.option(
    "--interface", "-i", metavar="IFACE", help="Boot on this interface (needs CAP_NET_RAW)."
)
tap = click.option(
    "--tap", metavar="NAME", help="Boot on this TAP device, created if it is not there."
)

deadline = click.option(
    "--deadline",
    type=click.FloatRange(0, min_open=True),
    callback=seconds,
    metavar="SECONDS",
    help="Give a boot up after so many of the firmware's seconds.",
)
keys = click.option(
    "--key",
    "keys",
    multiple=True,
    callback=key_names,
    metavar="KEY",
    help="Press a key when the machine watches its keyboard: F8, ESC, Ctrl-C, Up, Down, Enter,"
    " or a character.",
)

as_json = click.option(
    "--json", "as_json", is_flag=True, help="One JSON object on standard output."
)
