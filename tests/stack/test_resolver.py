"""Names as firmwares ask for them: octets and times of the recordings, answers of any kind."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from ipaddress import IPv4Address, IPv6Address
from itertools import pairwise
from math import inf
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import rdpcap

from pxeclient.firmware.edk2.names import NAMES as EDK2
from pxeclient.firmware.edk2.names import NAMES_EVIDENCE as EDK2_EVIDENCE
from pxeclient.firmware.ipxe.names import NAMES as IPXE
from pxeclient.firmware.ipxe.names import NAMES_2019, NAMES_EVIDENCE
from pxeclient.stack.acts import CancelTimer, Ignore, Owner, SendFrame, SetTimer, Timer
from pxeclient.stack.host import Arrived
from pxeclient.stack.resolver import (
    NameService,
    NotResolved,
    Resolved,
    Resolver,
    ResolverTraits,
    Step,
    Why,
)
from pxeclient.wire.dns import AAAA
from pxeclient.wire.udp import Datagram
from tests.stack.tcp.recorded import OWN, WEB, host_that_knows

SERVER, OTHER = IPv4Address("10.77.0.4"), IPv4Address("10.77.0.5")
TIMER = Timer(Owner.FETCH, "names")
ONE = NameService((SERVER,))
FOUND = IPv4Address("10.77.0.7")
ALL = pytest.mark.parametrize("traits", [EDK2, NAMES_2019, IPXE], ids=["edk2", "2019", "ipxe"])
CHAINS = pytest.mark.parametrize("traits", [NAMES_2019, IPXE], ids=["2019", "ipxe"])


@dataclass(slots=True)
class Client:
    """A resolver, the time, and what it has said."""

    traits: ResolverTraits
    service: NameService = ONE
    now: float = 0.0
    deadline: float = inf
    steps: list[Step] = field(default_factory=list)
    resolver: Resolver = field(init=False)

    def __post_init__(self) -> None:
        host = host_that_knows(SERVER)
        host_that_knows(OTHER)
        self.resolver = Resolver(host, self.traits, self.service, TIMER)

    def do(self, steps: list[Step]) -> list[tuple[int, bytes]]:
        """Do that; ports and octets of the queries sent, as scapy takes frames apart."""
        sent = []
        for step in steps:
            match step:
                case SendFrame(frame) if UDP in Ether(frame):
                    packet = Ether(frame)
                    assert packet[UDP].dport == 53
                    sent.append((packet[UDP].sport, bytes(packet[UDP].payload)))
                case SetTimer(timer, due):
                    assert timer == TIMER or timer.owner is Owner.ARP
                    self.deadline = due if timer == TIMER else self.deadline
                case CancelTimer():
                    self.deadline = inf
                case _:
                    self.steps.append(step)
        return sent

    def ask(self, name: bytes = b"boot.test") -> bytes:
        """Ask for it; the query."""
        ((_, octets),) = self.do(self.resolver.ask(name, self.now))
        return octets

    def hear(
        self, octets: bytes, source: IPv4Address = SERVER, port: int = 53
    ) -> list[tuple[int, bytes]]:
        """A datagram comes; what is asked on that."""
        to = self.resolver.listens_on or 1
        arrived = Arrived(Datagram(port, to, octets), source, OWN)
        return self.do(self.resolver.datagram(arrived, self.now))

    def wait(self) -> list[tuple[int, bytes]]:
        """Until its timer runs out; what is asked then."""
        self.now, self.deadline = self.deadline, inf
        return self.do(self.resolver.timer_fired(self.now))

    @property
    def ends(self) -> list[Step]:
        """How it ended."""
        return [one for one in self.steps if isinstance(one, Resolved | NotResolved)]

    @property
    def why(self) -> Why:
        """Why it has come to nothing."""
        (end,) = self.ends
        assert isinstance(end, NotResolved)
        return end.why


def answer(query: bytes, *records: str, code: int = 0, soa: bool = False) -> bytes:
    """Dnspython's answer; a record is ``name type data``."""
    asked = dns.message.from_wire(query)
    made = dns.message.make_response(asked)
    made.set_rcode(dns.rcode.Rcode(code))
    for record in records:
        name, kind, data = record.split()
        made.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", kind, data))
    if soa:
        text = "a. b. 1 2 3 4 5"
        made.authority.append(dns.rrset.from_text("test.", 300, "IN", "SOA", text))
    return made.to_wire()


# --- recordings --------------------------------------------------------------------------------
FIRMWARES = {"ovmf-virtio": EDK2, "ipxe-e1000e": NAMES_2019, "ipxe-head-e1000e": IPXE}


CAME_TO: dict[str, list[Why | None]] = {
    "h4-https-wrongname": [None], "h4-name-dns": [None], "h4-name-dns-cname": [None],
    "h4-proxy-name-dns": [None],
    "h4-name-dns-cname-plain": [Why.SILENT] * 2, "h4-name-dns-nx": [Why.SILENT] * 2,
    "h4-name-dns-empty": [Why.SILENT] * 2, "h4-name-dns-servfail": [Why.SILENT] * 2,
    "h4-name-dns-silent": [Why.SILENT] * 2,
    "h4-name-dns-nx-soa": [Why.NO_SUCH_NAME] * 2, "h4-name-dns-empty-soa": [Why.NO_ADDRESS] * 2,
    "i4-http-name": [None], "i4-http-name-search": [None],
    "i4-http-name-silent": [Why.SILENT], "i4-http-name-nx": [Why.NO_ADDRESS],
}  # fmt: skip
"""What each resolution of a recording came to; None: an address."""


def datagrams(path: Path) -> list[tuple[bool, int, bytes]]:
    """Whether it is the client's, its port, the message."""
    found = []
    for packet in rdpcap(str(path)):
        if UDP in packet and 53 in (packet[UDP].sport, packet[UDP].dport):
            ours = packet[IP].src == str(OWN)
            port = packet[UDP].sport if ours else packet[UDP].dport
            found.append((ours, port, bytes(packet[UDP].payload)))
    return found


PATHS = [
    path
    for folder in FIRMWARES
    for path in sorted((WEB / folder).glob("[hi]4-*name*.pcap.gz"))
    if datagrams(path)
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.name[:-8]}")
def test_queries_are_those_of_the_recording(path: Path) -> None:
    """Octet by octet outside the id; which ids and ports are alike is the same, too."""
    recorded, traits = datagrams(path), FIRMWARES[path.parent.name]
    searches = "search" in path.name
    service = NameService.of_options(SERVER.packed, b"test" if searches else None, None)
    client, sent = Client(traits, service), list[tuple[int, bytes]]()
    for number, (ours, _, octets) in enumerate(recorded):
        if not ours:
            sent += client.hear(sent[-1][1][:2] + octets[2:])
        elif len(sent) <= sum(one[0] for one in recorded[:number]):
            if client.resolver.listens_on is not None:
                sent += client.wait()
            if client.resolver.listens_on is None:
                name = b"boot" if searches else _asked(octets)
                sent += client.do(client.resolver.ask(name, client.now))
    theirs = [(port, octets) for ours, port, octets in recorded if ours]
    assert [octets[2:] for _, octets in sent] == [octets[2:] for _, octets in theirs]
    assert _steps(sent) == _steps(theirs)
    if client.resolver.listens_on is not None:
        assert client.wait() == []
    ends = [end.why if isinstance(end, NotResolved) else None for end in client.ends]
    assert ends == CAME_TO[path.name[:-8]]


def _asked(octets: bytes) -> bytes:
    return dns.message.from_wire(octets).question[0].name.to_text(omit_final_dot=True).encode()


def _steps(sent: list[tuple[int, bytes]]) -> list[tuple[int, bool]]:
    """From one query to the next: how far the port goes up, whether the id is the same."""
    return [
        (after[0] - before[0], after[1][:2] == before[1][:2]) for before, after in pairwise(sent)
    ]


def test_there_are_recordings() -> None:
    """So that the test above says something."""
    assert len(PATHS) == len(CAME_TO) == 15


@pytest.mark.parametrize("evidence", [EDK2_EVIDENCE, NAMES_EVIDENCE])
def test_every_trait_says_how_it_is_known(evidence: dict[str, object]) -> None:
    """No value without its source."""
    assert set(evidence) == {one.name for one in fields(ResolverTraits)}


# --- asking ------------------------------------------------------------------------------------
@ALL
def test_dnspython_reads_the_query(traits: ResolverTraits) -> None:
    """One question, recursion desired, nothing else."""
    message = dns.message.from_wire(Client(traits).ask())
    (question,) = message.question
    assert (question.name.to_text(), question.rdtype) == ("boot.test.", dns.rdatatype.A)
    assert message.flags == dns.flags.RD
    assert message.edns == -1


def test_edk2_asks_once_and_waits_for_a_tick() -> None:
    """1 to 2 s; the next one, asked at a tick, exactly 2 s."""
    client = Client(EDK2)
    client.ask()
    assert client.wait() == []
    assert 1.0 <= client.now <= 2.0
    assert client.why is Why.SILENT
    first = client.now
    client.ask()
    client.wait()
    assert client.now - first == pytest.approx(2.0)


@CHAINS
def test_ipxe_asks_six_times(traits: ResolverTraits) -> None:
    """At 0, 0.25, .. 7.75 s, and gives up at 15.75; today's takes turns between servers."""
    client = Client(traits, NameService((SERVER, OTHER)))
    client.ask()
    times = [0.0]
    while client.deadline < inf:
        client.wait()
        times.append(client.now)
    assert times == [0, 0.25, 0.75, 1.75, 3.75, 7.75, 15.75]
    assert client.why is Why.SILENT


def test_only_ipxe_of_today_asks_the_second_server() -> None:
    """On repeats."""
    for traits, expected in ((EDK2, {SERVER}), (NAMES_2019, {SERVER}), (IPXE, {SERVER, OTHER})):
        host, asked = host_that_knows(SERVER), set[IPv4Address]()
        resolver = Resolver(host, traits, NameService((SERVER, OTHER)), TIMER)
        steps, now = resolver.ask(b"boot.test", 0.0), 0.0
        for _ in range(7):
            for step in steps:
                if isinstance(step, SendFrame):
                    packet = Ether(step.frame)
                    asked.add(IPv4Address(packet[IP].dst if IP in packet else packet.pdst))
            now = resolver.due
            steps = resolver.timer_fired(now) if now < inf else []
        assert asked == expected


@ALL
def test_without_a_server_nothing_is_asked(traits: ResolverTraits) -> None:
    """At once."""
    client = Client(traits, NameService())
    assert client.do(client.resolver.ask(b"boot.test", 0.0)) == []
    assert client.why is Why.NO_SERVERS


@ALL
@pytest.mark.parametrize("name", [b"a..b", b"x" * 64, b".".join([b"x" * 60] * 5), b".a"])
def test_a_name_that_is_none(traits: ResolverTraits, name: bytes) -> None:
    """No query can have it."""
    client = Client(traits)
    assert client.do(client.resolver.ask(name, 0.0)) == []
    assert client.why is Why.MALFORMED


def test_what_dhcp_tells_of_names() -> None:
    """Option 119 before 15; what cannot be read of it does not count."""
    both = b"\3lab\4test\0\5other\xc0\4"
    assert NameService.of_options(SERVER.packed + OTHER.packed + b"x", b"own.\0", both) == (
        NameService((SERVER, OTHER), (b"lab.test", b"other.test"))
    )
    assert NameService.of_options(None, b"own", b"\3lab\xc0\0").suffixes == (b"own",)
    assert NameService.of_options(b"", None, None) == NameService()


# --- answers -----------------------------------------------------------------------------------
@ALL
@pytest.mark.parametrize("records", [
    ("boot.test A 10.77.0.7",),
    ("boot.test A 10.77.0.7", "boot.test A 10.77.0.8"),
    ("boot.test CNAME real.test.", "real.test A 10.77.0.7"),
])  # fmt: skip
def test_an_address(traits: ResolverTraits, records: tuple[str, ...]) -> None:
    """The first, over an alias too."""
    client = Client(traits)
    assert client.hear(answer(client.ask(), *records)) == []
    assert client.ends == [Resolved(FOUND)]
    assert client.deadline == inf


@ALL
def test_an_address_of_version_six(traits: ResolverTraits) -> None:
    """As it is asked for."""
    client = Client(traits)
    ((_, query),) = client.do(client.resolver.ask(b"boot.test", 0.0, AAAA))
    client.hear(answer(query, "boot.test AAAA fd77::7"))
    assert client.ends == [Resolved(IPv6Address("fd77::7"))]


@pytest.mark.parametrize(("code", "soa", "why"), [
    (3, True, Why.NO_SUCH_NAME), (0, True, Why.NO_ADDRESS), (2, True, Why.NO_ADDRESS),
    (3, False, None), (0, False, None), (2, False, None),
])  # fmt: skip
def test_edk2_heeds_an_error_only_with_something_behind_the_question(
    code: int, soa: bool, why: Why | None
) -> None:
    """An NXDOMAIN without its SOA is waited over."""
    client = Client(EDK2)
    client.hear(answer(client.ask(), code=code, soa=soa))
    if why is None:
        assert client.ends == []
        client.wait()
        assert client.why is Why.SILENT
    else:
        assert client.why is why


@CHAINS
@pytest.mark.parametrize("code", [0, 2, 3, 5])
def test_ipxe_asks_for_an_alias_then_with_the_next_suffix(
    traits: ResolverTraits, code: int
) -> None:
    """Whatever the answer's code; in the end without a suffix."""
    client = Client(traits, NameService((SERVER,), (b"lab.test", b"test")))
    query, asked = client.ask(b"boot"), []
    while client.deadline < inf:
        question = dns.message.from_wire(query).question[0]
        asked.append(f"{question.name} {dns.rdatatype.to_text(question.rdtype)}")
        sent = client.hear(answer(query, code=code))
        query = sent[0][1] if sent else b""
    names = ["boot.lab.test.", "boot.test.", "boot."]
    assert asked == [f"{name} {kind}" for name in names for kind in ("A", "CNAME")]
    assert client.why is Why.NO_ADDRESS


@CHAINS
def test_aliases_that_go_round(traits: ResolverTraits) -> None:
    """They end."""
    client = Client(traits)
    client.hear(answer(client.ask(), "boot.test CNAME b.test.", "b.test CNAME boot.test."))
    assert client.why is Why.TOO_MANY_ALIASES


@ALL
def test_what_is_no_answer(traits: ResolverTraits) -> None:
    """Each is told of with its reason, and waiting goes on."""
    client = Client(traits)
    query = client.ask()
    good = answer(query, "boot.test A 10.77.0.7")
    other = bytes((good[0] ^ 1,)) + good[1:]
    for octets in (other, query, good[:4] + b"\0\2" + good[6:], good[:20], b""):
        assert client.hear(octets) == []
    assert len([one for one in client.steps if isinstance(one, Ignore)]) == 5
    assert client.ends == []
    client.hear(good, OTHER, 5353)
    assert bool(client.ends) == traits.any_source


@given(
    st.sampled_from([EDK2, NAMES_2019, IPXE]),
    st.lists(st.one_of(
        st.binary(max_size=80),
        st.tuples(st.integers(0, 120), st.integers(0, 255)),
        st.just("wait"),
    ), max_size=12),
)  # fmt: skip
def test_any_octets_may_come(
    traits: ResolverTraits, todo: list[bytes | tuple[int, int] | str]
) -> None:
    """Right ids with anything behind, good answers with one octet changed: a query at most."""
    client = Client(traits, NameService((SERVER,), (b"lab.test", b"test")))
    query = client.ask(b"boot")
    for what in todo:
        if client.resolver.listens_on is None:
            break
        match what:
            case bytes():
                sent = client.hear(query[:2] + b"\x81\x80\0\1" + what)
            case str():
                sent = client.wait()
            case (at, octet):
                made = bytearray(answer(query, "boot.lab.test CNAME a.test.", "a.test CNAME b.a."))
                made[at % len(made)] = octet
                sent = client.hear(bytes(made))
        assert len(sent) <= 1
        query = sent[-1][1] if sent else query
    assert len(client.ends) <= 1
    assert (client.resolver.listens_on is None) == bool(client.ends)
