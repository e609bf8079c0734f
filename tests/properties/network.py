"""Any network: what may reach a client, as strategies, and a client that keeps its own account."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache, partial
from ipaddress import IPv4Address

from hypothesis import strategies as st

from pxeclient.boot.actions import Action, AwaitKey, Decide, Enter, Finish, Print, StateName
from pxeclient.boot.client import BootClient
from pxeclient.boot.events import Event, FrameReceived, KeyPressed, PowerOn, TimerFired
from pxeclient.boot.screen.growing import SCREEN
from pxeclient.outcome import Booted
from pxeclient.playbook import (
    Client,
    DhcpReply,
    Kind,
    ServerMessage,
    TftpPacket,
    UdpDatagram,
    ack,
    arp_query,
    arp_reply,
    data,
    igmp_message,
    nak,
    oack,
    offer,
    ping,
    proxy_ack,
    proxy_offer,
    router_advertisement,
    sight,
    tftp_error,
)
from pxeclient.profile import Profile, load, names
from pxeclient.stack.acts import CancelTimer, Ignore, SendFrame, SetTimer, Timer
from pxeclient.wire import ethernet, ipv4, pxe, tftp
from pxeclient.wire.ipv4 import fragments
from tests.boots import machine

SERVERS = ("10.77.0.1", "10.77.0.2", "10.77.0.3")


@cache
def profile(name: str) -> Profile:
    """The profile of that name."""
    return load(name)


PROFILES = tuple(names())


# --- what servers may say -----------------------------------------------------------------
servers = st.sampled_from(SERVERS)
addresses = st.sampled_from(("0.0.0.0", "10.77.0.50", *SERVERS, "192.0.2.1", "224.0.1.2"))
file_names = st.sampled_from(
    (
        "",
        "boot.0",
        "a" * 128,
        "tftp://10.77.0.3/x",
        "http://a/b",
        "../\x1b[2J\n",
        "x:/y",
        "\xff" * 9,
    )
)
suboptions = st.dictionaries(st.integers(1, 254), st.binary(max_size=12), max_size=6)
option_values = st.dictionaries(
    st.sampled_from((1, 3, 43, 52, 53, 54, 60, 66, 67, 77, 93, 121, 175, 255)),
    st.one_of(st.binary(max_size=20), st.sampled_from((b"PXEClient", b"\1", b"\3", b"\1\1\xff"))),
    max_size=4,
)
dhcp_replies = st.builds(
    DhcpReply,
    type=st.sampled_from((None, 1, 2, 2, 2, 3, 5, 5, 5, 6, 7, 200)),
    server=servers,
    server_id=st.sampled_from(("", "", "10.77.0.1", "0.0.0.0", None)),
    source_port=st.sampled_from((67, 67, 4011, 4011, 1067)),
    yiaddr=st.sampled_from(("0.0.0.0", "10.77.0.50", "10.77.0.50", "10.77.0.60", "240.0.0.1")),
    siaddr=addresses,
    file=file_names,
    vendor_class=st.sampled_from((None, "PXEClient", "PXEClient:Arch:00000", "MSFT 5.0")),
    control=st.sampled_from((None, None, 0, 3, 8, 255)),
    menu=st.sampled_from((None, None, b"", b"\0\0\4none")),
    suboptions=st.one_of(st.just({}), suboptions),
    options=st.one_of(st.just({}), option_values),
    broadcast=st.booleans(),
    to_port=st.sampled_from((None, 68, 68, 4011, 9)),
)
helpful = st.sampled_from(
    (
        offer(siaddr="10.77.0.3", file="boot.0"),
        offer(siaddr="10.77.0.3", file="boot.0", vendor_class="PXEClient", control=8),
        offer(vendor_class="PXEClient"),
        proxy_offer(siaddr="10.77.0.3", file="boot.0"),
        proxy_offer(),
        ack(siaddr="10.77.0.3", file="boot.0"),
        ack(siaddr="10.77.0.3", file="boot.0", vendor_class="PXEClient", control=8),
        proxy_ack(server="10.77.0.1", siaddr="10.77.0.3", file="boot.0"),
        proxy_ack(siaddr="10.77.0.3", file="boot.0"),
        nak(),
    )
)
"""What servers say on a network that works: without these few boots would come far."""
sizes = st.sampled_from((0, 1, 8, 511, 512, 513, 1432, 1456, 1457, 1466))
blocks = st.one_of(st.integers(0, 4), st.integers(0, 65535))
agreements = st.sampled_from(
    ("0", "8", "512", "1432", "65464", "10" * 9, str(10**18), "9" * 400, "-1", "", "x", "٣")
)
tftp_packets: st.SearchStrategy[ServerMessage] = st.one_of(
    st.builds(lambda n, size, at: data(n, bytes(size), server=at), blocks, sizes, servers),
    st.builds(lambda n, size: data(n, bytes(size)), st.integers(1, 3), sizes),
    st.builds(lambda a, b: oack(blksize=a, tsize=b), agreements, agreements),
    st.just(oack(tsize=13)),
    st.just(oack(blksize=512)),
    st.builds(tftp_error, st.integers(0, 9), file_names),
    st.builds(lambda n: TftpPacket(tftp.Ack(n)), blocks),
    st.just(TftpPacket(tftp.Request(b"boot.0"))),
)
multicasts: st.SearchStrategy[ServerMessage] = st.one_of(
    st.builds(
        lambda n, size, port, to: UdpDatagram(
            tftp.build(tftp.Data(n, bytes(size))), 2070, port, "10.77.0.3", to, bool(to)
        ),
        st.integers(0, 4),
        sizes,
        st.sampled_from((69, 69, 50001)),
        st.sampled_from(("239.77.0.1", "239.77.0.1", "")),
    ),
    st.builds(
        igmp_message,
        st.sampled_from((0x11, 0x12, 0x16, 0x17, 0x22)),
        st.sampled_from(("0.0.0.0", "239.77.0.1", "224.0.0.1")),
        st.sampled_from((0, 1, 20, 255)),
    ),
)
others: st.SearchStrategy[ServerMessage] = st.one_of(
    st.builds(arp_reply, servers),
    st.builds(arp_query, addresses, servers),
    st.builds(ping, st.binary(max_size=64), servers),
    st.just(router_advertisement()),
    st.builds(
        UdpDatagram,
        st.binary(max_size=300),
        st.sampled_from((68, 69, 4011, 2070, 2071, 53)),
        st.integers(1, 65535),
        servers,
    ),
)
messages: st.SearchStrategy[ServerMessage] = st.one_of(
    helpful, helpful, dhcp_replies, tftp_packets, tftp_packets, multicasts, others
)
mutations = st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), min_size=1, max_size=6)
keys = st.sampled_from(("F8", "ESC", "Ctrl-C", "m"))


def mutated(frame: bytes, changes: list[tuple[int, int]], cut: int | None) -> bytes:
    """The frame with octets changed, its checksums left as they are, and perhaps cut off."""
    octets = bytearray(frame)
    for at, value in changes:
        octets[at % len(octets)] = value
    return bytes(octets[:cut])


def pieces(frame: bytes, mtu: int) -> list[bytes]:
    """The frame's packet in fragments."""
    outer = ethernet.parse(frame)
    if outer.ethertype != ethernet.IPV4:
        return [frame]
    packet = replace(ipv4.parse(outer.payload), identification=77)
    return [
        ethernet.build(replace(outer, payload=ipv4.build(part))) for part in fragments(packet, mtu)
    ]


# --- the client, with an account ----------------------------------------------------------
@dataclass
class Account:
    """A client, its clock and timers, and all that it did."""

    profile: Profile
    now: float = 0.0
    timers: dict[Timer, float] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    events: list[tuple[Event, float]] = field(default_factory=list)
    state: StateName | None = None
    awaits_key: bool = False
    counted: Counter[type] = field(default_factory=Counter)
    """How many there were of each kind of event and action."""
    checked: int = 0
    """So many actions were checked already."""

    def __post_init__(self) -> None:
        self.boot = self.fresh()
        self.client = Client(self.profile.machine.mac)
        self.feed(PowerOn())

    def fresh(self) -> BootClient:
        """Another client of the same machine."""
        return machine(self.profile)

    def feed(self, event: Event) -> list[Action]:
        """Hand an event to the client."""
        self.events.append((event, self.now))
        self.counted[type(event)] += 1
        actions = self.boot.handle(event, self.now)
        for action in actions:
            self.counted[type(action)] += 1
            self._note(action)
        self.actions += actions
        return actions

    def gets(self, message: ServerMessage) -> list[Action]:
        """A server's frame arrives."""
        return self.feed(FrameReceived(message(self.client)))

    def wakes(self, late: float = 0.0) -> None:
        """The next timer runs out; nothing happens if none runs."""
        if self.timers:
            first = min(self.timers, key=lambda timer: self.timers[timer])
            self.now = max(self.now, self.timers.pop(first)) + late
            self.feed(TimerFired(first))

    def to_the_end(self) -> None:
        """Silence, and ESC where only a key helps, until it has finished."""
        for _ in range(2000):  # a screen that blinks wakes twice a second
            if self.boot.finished:
                return
            if self.timers:
                self.wakes()
            else:
                self.presses("ESC")
            self.check()
        raise AssertionError(f"it has not ended after {self.now:.0f} s")

    def presses(self, key: str) -> None:
        """A key is pressed."""
        self.feed(KeyPressed(key))

    def _note(self, action: Action) -> None:
        match action:
            case SetTimer(timer, deadline):
                self.timers[timer] = deadline
            case CancelTimer(timer):
                self.timers.pop(timer, None)
            case SendFrame(frame):
                self._sent(frame)
            case Enter(state):
                self.state = state
            case AwaitKey():
                self.awaits_key = True
            case _:
                pass

    def _sent(self, frame: bytes) -> None:
        assert len(frame) <= 1514
        seen = sight(frame)
        assert seen.kind not in (Kind.OTHER, Kind.DHCP_OTHER, Kind.TFTP_OTHER), seen
        source = IPv4Address(seen.checks.get("source", "0.0.0.0"))
        if int(source):
            self.client.address = source
        if "xid" in seen.checks:
            self.client.xid = seen.checks["xid"]
            self.client.dhcp_port = seen.checks["source_port"]
        if seen.kind is Kind.RRQ:
            self.client.tftp_port = seen.checks["source_port"]
        assert frame[6:12] == self.profile.machine.mac == mac_or(frame)

    # --- what always holds ----------------------------------------------------------------
    def check(self) -> None:
        """All that must hold after any event."""
        assert self.counted[Finish] <= 1
        if self.counted[Finish]:
            assert self.boot.finished
            assert isinstance(self.actions[-1], Finish), "something follows the end"
        else:
            assert set(self.timers) - {SCREEN} or self.awaits_key, (
                "it is neither finished nor waiting"
            )
        self._check_words()

    def _check_words(self) -> None:
        new, self.checked = self.actions[self.checked :], len(self.actions)
        for action in new:
            for text in _texts(action):
                assert text.isprintable(), repr(text)

    def check_traffic(self) -> None:
        """Frames sent are bounded by timers that ran out and frames that came."""
        sent, came = self.counted[SendFrame], self.counted[FrameReceived]
        fired = self.counted[TimerFired]
        # A frame can set free what waits for ARP (64 packets at most), otherwise it leads to
        # three at most: an announcement, a question, a message.
        assert sent <= 4 + 4 * came + 3 * fired

    def check_explained(self) -> None:
        """A boot file comes with the decision that led to it."""
        last = self.actions[-1] if self.actions else None
        if isinstance(last, Finish) and isinstance(last.outcome, Booted):
            questions = {
                action.decision.question for action in self.actions if isinstance(action, Decide)
            }
            assert {"leave-discovery", "select-offer", "boot-from", "boot-server"} <= questions


STAGES = (
    StateName.DISCOVERY,
    StateName.REQUEST,
    StateName.PROXYDHCP,
    StateName.DOWNLOAD,
    "the read request has gone out",
    "the first block has come",
    StateName.MTFTP,
)
"""How far a boot may have come."""


def account_at(name: str, stage: str) -> Account:
    """A client that has come as far as that, the servers having helped it."""
    account = Account(profile(name))
    if stage == StateName.DISCOVERY:
        return account
    if stage == StateName.MTFTP:
        return _multicast_account(account)
    bare = stage == StateName.PROXYDHCP
    control = None if bare else 8
    siaddr, file = ("10.77.0.1", "") if bare else ("10.77.0.3", "boot.0")
    lease = partial(
        offer,
        broadcast=True,
        siaddr=siaddr,
        vendor_class="PXEClient",
        control=control,
        file=file,
    )
    account.gets(lease())
    while account.state is StateName.DISCOVERY and account.timers:
        account.wakes()
    if stage == StateName.REQUEST:
        return account
    account.gets(lease(type=5))
    while account.state not in (StateName.PROXYDHCP, StateName.DOWNLOAD) and account.timers:
        account.wakes()
    if stage not in (StateName.PROXYDHCP, StateName.DOWNLOAD):
        account.gets(arp_reply("10.77.0.3"))
    if stage == "the first block has come":
        account.gets(data(1, bytes(512)))
        if account.client.tftp_port == 2071:
            account.gets(data(1, bytes(512)))
    return account


MULTICAST = {
    option.code: option.data
    for option in pxe.build_mtftp(pxe.Mtftp(IPv4Address("239.77.0.1"), 2070, 69, 1, 1))
}
"""43.1 to 43.5, with ports that other messages of this module go to as well."""


def _multicast_account(account: Account) -> Account:
    """A client whose DHCPACK calls for a multicast download: some firmwares begin one."""
    lease = partial(offer, broadcast=True, siaddr="10.77.0.3", file="boot.0")
    account.gets(lease())
    while account.state is StateName.DISCOVERY and account.timers:
        account.wakes()
    account.gets(lease(type=5, suboptions=MULTICAST))
    while account.state not in (StateName.MTFTP, StateName.DOWNLOAD) and account.timers:
        account.wakes()
    return account


def mac_or(frame: bytes) -> bytes:
    """The sender's hardware address in an ARP message; that of the frame otherwise."""
    return frame[22:28] if frame[12:14] == b"\x08\x06" else frame[6:12]


def _texts(action: Action) -> list[str]:
    match action:
        case Print(line):
            return [line.replace("\b", "").replace("\r", "")]  # the cursor's moves
        case Ignore(what, because):
            return [what, because]
        case Decide(decision, about):
            return [decision.because, about]
        case Finish(outcome):
            return [] if isinstance(outcome, Booted) else [outcome.text, outcome.because]
        case _:
            return []
