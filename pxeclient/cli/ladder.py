"""``pxeclient ladder``: boots on a practice network, drawn as ladder diagrams."""

from __future__ import annotations

from pathlib import Path

import click

from pxeclient import profile as profile_module
from pxeclient.boots.boot import boot
from pxeclient.cli import options
from pxeclient.cli.drawing import FORMATS, STDOUT, draw, format_of
from pxeclient.cli.output import check_folder, written_later
from pxeclient.cli.rights import give_up
from pxeclient.cli.wire_choice import WireChoice, open_wire
from pxeclient.profile import ProfileError
from pxeclient.trace import Trace


@click.command(
    epilog=options.examples(
        "pxeclient ladder -p vmware-e1000e --network proxy-60-file-4011-dead",
        "pxeclient ladder -p vmware-e1000e -p ipxe -o both.html",
    )
)
@options.profile(many=True, more="Given twice, the two stand side by side.")
@options.network()
@options.output("The name ends in .txt, .mmd (Mermaid), .svg or .html.")
@click.option("--format", type=click.Choice(FORMATS), help="The format, whatever the file's name.")
@click.option(
    "--align",
    type=click.Choice(("state", "time")),
    default="state",
    show_default=True,
    help="What puts two boots' steps in one row.",
)
@options.verbose("In text, every packet of a download too.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Text without signs beyond ASCII.")
@click.option(
    "--width",
    type=click.IntRange(40, 400),
    default=100,
    show_default=True,
    help="Columns of the text.",
)
def ladder(
    names: tuple[str, ...],
    network: str | None,
    output: Path,
    format: str | None,
    align: str,
    verbose: bool,
    ascii_only: bool,
    width: int,
) -> None:
    """Boot on a practice network, and draw what happened as a ladder diagram.

    As text to paste, as Mermaid, as SVG, or as an HTML page that needs nothing else: there a
    message shows its octets and the name of every field. For a real wire see `pxeclient boot
    --ladder`.
    """
    if len(names) > 2:
        raise click.UsageError(f"--profile: {len(names)} are given, two fit side by side")
    wanted = format or format_of(output, "--output")
    if ascii_only and wanted != "txt":
        raise click.UsageError(f"--ascii is for text, not for {wanted}")
    if output != STDOUT:
        check_folder(output)
    with written_later(output):
        give_up(network, profiles=names)
        traces = [practised(name, network) for name in names]
        draw(
            traces,
            output,
            wanted,
            every=verbose,
            ascii_only=ascii_only,
            width=width,
            align=align,
        )


def practised(name: str, network: str | None) -> Trace:
    """The boot of a profile's own machine on a practice network.

    Raises:
        click.UsageError: There is no such profile or network.
    """
    try:
        profile = profile_module.load(name)
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
    machine = profile.machine
    with open_wire(WireChoice(network, None, None, None), machine, profile.traits) as wire:
        return boot(profile, machine, wire)
