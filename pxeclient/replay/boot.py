"""The boot of a firmware in the place of a recorded client."""

from __future__ import annotations

from pxeclient.boots import boot as boots
from pxeclient.profile import Profile
from pxeclient.replay.client_of import machine_of
from pxeclient.replay.servers import RecordedServers
from pxeclient.trace import Trace

_LONGEST = 3600.0
"""Seconds after the recording's end at which a boot that goes on is stopped."""


def boot(profile: Profile, servers: RecordedServers) -> Trace:
    """Boot the recorded machine with that firmware."""
    play = servers.known.play
    wire = boots.Wire(servers, "the recorded servers")
    machine = machine_of(profile, play.client)
    return boots.boot(profile, machine, wire, deadline=play.ends + _LONGEST)
