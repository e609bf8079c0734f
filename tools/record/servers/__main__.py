"""All scripted servers of one scenario: a process beside the machine that is recorded.

python -m tools.record.servers INTERFACE SCENARIO --kind efi --made FOLDER --log FILE
"""

from __future__ import annotations

import select
import socket
import time
from pathlib import Path

import click

from tools.record.contents import Contents
from tools.record.firmwares import Kind
from tools.record.loaders import Loaders
from tools.record.scenario import read
from tools.record.servers.few import Few
from tools.record.servers.four import Four, filled
from tools.record.servers.http import HttpServer
from tools.record.servers.part import Log, Part
from tools.record.servers.six import Six

_ETH_P_ALL = 3
_OUTGOING = 4
"""The packet type of what we sent ourselves (linux/if_packet.h)."""
_LONGEST = 65536 + 64
_LONGEST_WAIT = 1.0


def serve(wire: socket.socket, parts: list[Part]) -> None:
    """Answer for ever."""
    while True:
        now = time.monotonic()
        for part in parts:
            for frame in part.poll(now):
                wire.send(frame)
        due = [at for part in parts if (at := part.next_at()) is not None]
        wait = min([_LONGEST_WAIT, *(max(0.0, at - time.monotonic()) for at in due)])
        if not select.select([wire], [], [], wait)[0]:
            continue
        frame, address = wire.recvfrom(_LONGEST)
        if address[2] != _OUTGOING:
            for part in parts:
                part.receive(frame, time.monotonic())


@click.command()
@click.argument("interface")
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), required=True)
@click.option("--made", type=click.Path(path_type=Path), required=True)
@click.option("--files", type=click.Path(path_type=Path))
@click.option("--log", "log_path", type=click.Path(path_type=Path), required=True)
def main(
    interface: str, scenario: Path, kind: str, made: Path, files: Path | None, log_path: Path
) -> None:
    """Play the servers of SCENARIO on INTERFACE until killed."""
    script = read(scenario)
    contents = Contents(Kind(kind), Loaders(made, files), made)
    with (
        log_path.open("w", encoding="utf-8") as file,
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL)) as wire,
    ):
        wire.bind((interface, 0))
        log = Log(file)
        network = filled(script, contents)
        parts: list[Part] = [
            Four(script, network, log),
            Six(script, network, log, time.monotonic()),
            Few(script, network, log),
        ]
        for server in script.http:
            HttpServer(server, contents, log).start()
        log.write("ready")
        serve(wire, parts)


if __name__ == "__main__":
    main()
