"""One boot of a profile on a wire, from power-on to its end or to what cut it short."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pxeclient.boot.client import BootClient
from pxeclient.boot.machine import Machine
from pxeclient.boots.booting import Booting, Client
from pxeclient.boots.loop import attend
from pxeclient.link.base import Link, LinkError
from pxeclient.link.paced import PacedLink
from pxeclient.machine import Firmware, Loader, StagedBoot
from pxeclient.profile import Profile
from pxeclient.trace import Item, Record, Recorder, Trace


class Wire(NamedTuple):
    """A link, and what it is called."""

    link: Link
    name: str
    """As it stands in trace and JSON, such as ``interface eth1``."""
    notice: str = ""
    """What is said of it to somebody who watches the boot, after "on"; its name if empty."""


class Watcher(Protocol):
    """Watches a boot while it goes on."""

    def begin(self, trace: Trace, wire: Wire, client: Client) -> None:
        """The boot is about to begin. The client is there to be asked how far it is."""
        ...

    def show(self, record: Record) -> None:
        """A record has come."""
        ...

    def end(self, trace: Trace) -> None:
        """The boot is over, or was cut short."""
        ...


def boot(
    profile: Profile,
    machine: Machine,
    wire: Wire,
    *,
    deadline: float | None = None,
    pace: float = 1.0,
    keys: tuple[str, ...] = (),
    watch: Watcher | None = None,
    partial: bool = False,
    loader: Loader | None = None,
) -> Trace:
    """Boot a machine until it ends.

    Args:
        profile: Its firmware.
        machine: What tells it from others.
        wire: Where it boots.
        deadline: Seconds of the firmware's clock after which it is stopped.
        pace: Seconds for one of the firmware's; 0.1 is ten times as fast.
        keys: What somebody presses, one by one, each as soon as the machine watches its
            keyboard. Where it waits for a key that never comes, the boot stops.
        watch: Is shown all that happens as it happens.
        loader: Says what the boot file is, and what that starts, so that it runs as well, a stage
            of the trace each. None: the boot is over when the boot file is there.
        partial: A boot that Ctrl-C or a broken link cut short is a result too: nothing is
            raised then, the trace's `stopped` and `trouble` say it.

    Raises:
        LinkError: The link failed on the way, and not `partial`.
        KeyboardInterrupt: Somebody pressed Ctrl-C, and not `partial`.
        ValueError: The pace is not a positive number.
    """
    link = wire.link if pace == 1.0 else PacedLink(wire.link, pace)
    client: Client = (
        BootClient(profile.traits, profile.policy, machine)
        if loader is None
        else StagedBoot(Firmware(profile.name, profile.traits, profile.policy), machine, loader)
    )
    trace = Trace(
        profile.name,
        profile.title,
        wire.name,
        pace=link.pace,
        runs=profile.runs,
        borrowed=link.borrowed,
        profile_version=profile.version,
    )
    recorder: Recorder = trace if watch is None else _Watched(trace, watch)
    if watch is not None:
        watch.begin(trace, wire, client)
    booting = Booting(client, link, recorder, deadline=deadline, keys=keys)
    try:
        attend(booting, link)
    except KeyboardInterrupt:
        try:
            booting.stop(link.now(), "interrupted")
        except KeyboardInterrupt:  # once more, while it is told: that ends the telling
            if not partial:
                raise
        if not partial:
            raise
    except LinkError as error:
        booting.stop(link.now(), "link-error", str(error))
        if not partial:
            raise
    return trace


class _Watched:
    """A trace that somebody watches."""

    def __init__(self, trace: Trace, watch: Watcher) -> None:
        self._trace = trace
        self._watch = watch

    def add(self, at: float, item: Item) -> None:
        """Record it, and show the record."""
        self._watch.show(self._trace.add(at, item))

    def count(self, repeated: int, not_kept: int) -> None:
        """Record it."""
        self._trace.count(repeated, not_kept)

    def end(self, at: float, stopped: str, lost: int, trouble: str) -> None:
        """Record how it ended, and say that it has."""
        self._trace.end(at, stopped, lost, trouble)
        self._watch.end(self._trace)
