"""``pxeclient corpus``: what firmwares send, written as files for other projects' tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import click

from pxeclient import profile as profile_module
from pxeclient.cli import options
from pxeclient.cli.callbacks import ends_as_interrupted, station_mac
from pxeclient.cli.corpus_folder import check, write
from pxeclient.corpus import CorpusError, Subject, files
from pxeclient.profile import ProfileError
from pxeclient.wire.addresses import Mac


@click.command(epilog=options.examples("pxeclient corpus frames -p ipxe -p vmware-e1000e"))
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@options.profile(many=True, required=False, more="Again for another. Without it all.")
@options.mac(station_mac, "All have the same.")
@options.uuid
@options.seed()
@click.option(
    "--force",
    is_flag=True,
    help="Write into a folder that holds other files: they stay, save those of the same name.",
)
def corpus(
    folder: Path,
    names: tuple[str, ...],
    mac: Mac | None,
    uuid: UUID | None,
    seed: int | None,
    force: bool,
) -> None:
    """Write what firmwares send into DIR, as test data for any language.

    Every kind of message, from DHCPDISCOVER to the last ACK, as Ethernet frame, IP packet and
    UDP payload, binary and hexadecimal, with a manifest in JSON. All of it comes from boots on
    practice networks; equal options give equal files. A folder with an older corpus is brought
    up to date.
    """
    subjects = [_subject(name, mac, uuid, seed) for name in names or profile_module.names()]
    check(folder)
    try:
        found = files(subjects)
    except CorpusError as error:
        raise click.UsageError(str(error)) from None
    with ends_as_interrupted():
        write(folder, found, force)
    messages = sum(file.path.endswith(".frame.bin") for file in found)
    whose = f"{len(subjects)} profile{'s' * (len(subjects) != 1)}"
    click.echo(f"{messages} messages of {whose} in {folder}/manifest.json")


def _subject(name: str, mac: Mac | None, uuid: UUID | None, seed: int | None) -> Subject:
    try:
        profile = profile_module.load(name)
    except ProfileError as error:
        raise click.UsageError(str(error)) from None
    default = profile.machine
    machine = replace(
        default,
        mac=mac or default.mac,
        uuid=uuid or default.uuid,
        seed=default.seed if seed is None else seed,
    )
    return Subject(profile, machine)
