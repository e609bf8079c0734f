"""A job driven by hand: no ROM, no link, a clock that only its timer moves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address
from math import inf

from pxeclient.decisions import Evidence, Known, Rule, Table, always
from pxeclient.fetch.content import Content, NewSink
from pxeclient.fetch.fetcher import Fetcher, Ports
from pxeclient.fetch.job import (
    RESULTS,
    Abandoned,
    Begun,
    Decided,
    Fetched,
    Job,
    NotFetched,
    Report,
    Result,
    Sent,
    SizeKnown,
    Step,
)
from pxeclient.fetch.mtftp.traits import MtftpTraits
from pxeclient.fetch.opening import Multicast, fetch
from pxeclient.fetch.tftp.refusal import TftpErrorUse, TftpRefusal
from pxeclient.fetch.tftp.traits import Collect, EmptyFile, LocalPort, TftpRequest, TftpTraits
from pxeclient.outcome import BootFile
from pxeclient.stack.acts import CancelTimer, Ignore, SendFrame, SetTimer
from pxeclient.stack.chance import Dice
from pxeclient.stack.host import Arrived, Host
from pxeclient.stack.traits import IgmpTraits, IpId, IpTraits
from pxeclient.wire import arp, ethernet, igmp, ipv4, tftp, udp
from pxeclient.wire.addresses import Mac
from pxeclient.wire.udp import Datagram

OWN, SERVER, STRANGER = (IPv4Address(f"10.77.0.{number}") for number in (50, 3, 9))
MAC, SERVER_MAC = Mac.from_text("52:54:00:12:34:56"), Mac.from_text("52:54:00:aa:00:03")
IP = IpTraits(
    ttl=64,
    id=IpId.COUNTER,
    arp_waits=(1.0, 1.0),
    gratuitous_arp=False,
    igmp=IgmpTraits(version=2),
)
TFTP = TftpTraits(
    requests=(TftpRequest((("blksize", "1432"), ("tsize", "0"))),),
    port=LocalPort.COUNTING,
    open_waits=(1.0, 2.0),
    read_waits=(3.0, 4.0, 5.0),
    collect=Collect.LOCK_STEP,
    most_block=0,
    empty_file=EmptyFile.BOOTS,
)


def _answers_options(refusal: TftpRefusal) -> bool:
    """the request had options"""
    return refusal.answers_options and refusal.code == tftp.OPTION_REFUSED


_MADE_UP = Known(Evidence.INFERRED, "made up for tests")
TFTP_ERROR: Table[TftpRefusal, TftpErrorUse] = Table(
    "tftp-error",
    "An ERROR came: what now?",
    (
        Rule("options", _answers_options, TftpErrorUse.RETRY_PLAIN, "Without.", _MADE_UP),
        Rule("other", always, TftpErrorUse.NOT_FOUND, "It is not there.", _MADE_UP),
    ),
)
PLAIN = replace(TFTP, requests=(TftpRequest(()),))
FILE = BootFile(b"boot/file.0", SERVER, "somebody")


def stack(knows_server: bool = True) -> Host:
    """A machine's network, configured; it knows the server's hardware address, or not."""
    host = Host(MAC, IP)
    host.configure(OWN, 24, ())
    if knows_server:
        list(host.send(Datagram(9, 9, b""), SERVER, 0.0))
        list(host.receive(arp_of_server(), 0.0))
    return host


def arp_of_server() -> bytes:
    """It says where it is."""
    reply = arp.Arp(arp.REPLY, SERVER_MAC, SERVER, MAC, OWN)
    return ethernet.build(ethernet.Frame(MAC, SERVER_MAC, ethernet.ARP, arp.build(reply)))


def fetcher(
    tftp: TftpTraits = TFTP, mtftp: MtftpTraits | None = None, memory: int = 1 << 30
) -> Fetcher:
    """Whose ways a job goes; its ERRORs are those of `TFTP_ERROR`."""
    ports = Ports(tftp, Dice(1))
    return Fetcher(tftp, TFTP_ERROR, ports, memory, mtftp or MtftpTraits())


@dataclass(slots=True)
class Run:
    """A job, and all that it said; it is checked that it keeps to its contract."""

    job: Job
    now: float = 0.0
    frames: list[bytes] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    result: Result | None = None
    due: float = inf

    def start(self) -> Run:
        """Let it begin."""
        return self.take(self.job.start(self.now))

    def hears(
        self,
        message: tftp.Message | bytes,
        source: IPv4Address = SERVER,
        port: int = 2000,
        to: int = 1025,
        destination: IPv4Address = OWN,
    ) -> Run:
        """A datagram comes."""
        octets = message if isinstance(message, bytes) else tftp.build(message)
        arrived = Arrived(Datagram(port, to, octets), source, destination)
        return self.take(self.job.datagram(arrived, self.now))

    def waits(self) -> Run:
        """Its timer runs out."""
        assert self.due < inf, "no timer runs"
        self.now, self.due = self.due, inf
        return self.take(self.job.timer_fired(self.now))

    def take(self, steps: Iterable[Step]) -> Run:
        """What it says."""
        assert self.result is None, "it is over"
        for step in steps:
            assert self.result is None, f"{step} follows the result"
            self._note(step)
        assert self.job.next_at() == self.due
        assert (self.result is None) == (self.due < inf), "it waits until it is over"
        return self

    def _note(self, step: Step) -> None:
        match step:
            case SendFrame(frame):
                self.frames.append(frame)
            case SetTimer(timer, due):
                if timer == Job.TIMER:
                    assert due > self.now
                    self.due = due
            case CancelTimer(timer):
                if timer == Job.TIMER:
                    self.due = inf
            case Ignore(_, because):
                self.ignored.append(because)
            case Begun() | SizeKnown() | Sent() | Decided():
                self.reports.append(step)
            case Fetched() | NotFetched() | Abandoned():
                assert isinstance(step, RESULTS)
                self.result = step

    def sent(self) -> list[tftp.Message]:
        """The TFTP messages that it sent since this was last asked."""
        frames, self.frames = self.frames, []
        return [message for frame in frames if (message := tftp_in(frame)) is not None]

    @property
    def content(self) -> bytes:
        """The file that was fetched."""
        assert isinstance(self.result, Fetched), self.result
        return self.result.content


def tftp_in(frame: bytes) -> tftp.Message | None:
    """What a frame of ours says; None if it is not TFTP."""
    layer = ethernet.parse(frame)
    if layer.ethertype != ethernet.IPV4:
        return None
    packet = ipv4.parse(layer.payload)
    if packet.protocol != ipv4.UDP:
        return None
    return tftp.parse(udp.parse(packet.payload, packet.source, packet.destination).payload)


def igmp_in(frame: bytes) -> igmp.Igmp | None:
    """What a frame of ours tells routers; None if it is not IGMP."""
    packet = ipv4.parse(ethernet.parse(frame).payload)
    return igmp.parse(packet.payload) if packet.protocol == ipv4.IGMP else None


def by_tftp(
    traits: TftpTraits = TFTP,
    wanted: str | BootFile | Multicast = FILE,
    memory: int = 1 << 30,
    sink: NewSink = Content,
) -> Run:
    """A download that has begun."""
    return Run(fetch(wanted, stack(), fetcher(traits, memory=memory), sink)).start()


def collecting(how: Collect) -> TftpTraits:
    """Whose blocks are gathered that way."""
    return replace(TFTP, collect=how)
