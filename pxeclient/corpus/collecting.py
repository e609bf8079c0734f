"""Boots a firmware in every situation and keeps what it sends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from pxeclient.boot.actions import Enter, StateName
from pxeclient.boot.dhcp.options import architecture
from pxeclient.boot.machine import Machine
from pxeclient.boots.boot import Wire, boot
from pxeclient.boots.networks import title
from pxeclient.corpus.layers import layers
from pxeclient.corpus.neighbour import Neighbourhood
from pxeclient.corpus.purposes import MessagePurpose, Sent, form_of, purpose_of
from pxeclient.corpus.situations import Situation, situations
from pxeclient.link.simulated import SimulatedLink
from pxeclient.practice.boot_files import kind_for
from pxeclient.practice.network import PracticeNetwork
from pxeclient.practice.scenario import by_name
from pxeclient.profile import Profile
from pxeclient.report.frames import summarise
from pxeclient.stack.acts import SendFrame
from pxeclient.trace import Trace


class Subject(NamedTuple):
    """A firmware, and the machine that it runs on."""

    profile: Profile
    machine: Machine


class Entry(NamedTuple):
    """A message of the corpus."""

    subject: Subject
    number: int
    """Among those of the same purpose, from 1."""
    sent: Sent
    situation: Situation

    @property
    def name(self) -> str:
        """Such as ``dhcp-discover-01``."""
        return f"{self.sent.purpose}-{self.number:02}"


def collect(subject: Subject) -> list[Entry]:
    """What the firmware sends: by purpose, and within one in the order in which it was found.

    Of each form the first boot that shows it gives all transmissions whose content differs:
    the UDP payload, or what else the last layer carries.
    """
    found: dict[MessagePurpose, list[Entry]] = defaultdict(list)
    forms: set[Hashable] = set()
    for situation in situations():
        new: dict[Hashable, set[bytes]] = defaultdict(set)
        for sent in messages(subject, situation):
            form, content = form_of(sent), sent.layers.innermost
            if form in forms or content in new[form]:
                continue
            new[form].add(content)
            same = found[sent.purpose]
            same.append(Entry(subject, len(same) + 1, sent, situation))
        forms |= new.keys()
    return [entry for purpose in MessagePurpose for entry in found[purpose]]


def messages(subject: Subject, situation: Situation) -> Iterator[Sent]:
    """All that the firmware sends in one boot."""
    state = StateName.DISCOVERY
    for record in booted(subject, situation).records:
        match record.item:
            case Enter(entered):
                state = entered
            case SendFrame(frame):
                summary = summarise(frame)
                purpose = purpose_of(summary, state)
                yield Sent(purpose, summary, layers(frame), record.at, record.frame)
            case _:
                pass


def booted(subject: Subject, situation: Situation) -> Trace:
    """One boot."""
    profile, machine = subject
    kind = kind_for(architecture(profile.traits.dhcp) or 0)
    servers = PracticeNetwork(by_name(situation.network), kind)
    link = SimulatedLink(Neighbourhood(servers, situation.asks, situation.queries))
    return boot(profile, machine, Wire(link, title(situation.network)))
