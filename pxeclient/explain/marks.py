"""What of a client's frames can be held against a profile, mark by mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from pxeclient.boot.dhcp.options import option_values
from pxeclient.boot.dhcp.traits import MessageTraits, Secs, Xid
from pxeclient.decisions import Known
from pxeclient.explain.facts import message_of
from pxeclient.explain.shown import Shown
from pxeclient.fetch.tftp.traits import LocalPort
from pxeclient.profile import Profile
from pxeclient.replay.client_of import FILLED, machine_of, templates_of
from pxeclient.replay.tolerance import Tolerance
from pxeclient.seen.aspects import Aspect
from pxeclient.seen.frame import Frame
from pxeclient.seen.transfers import Transfer
from pxeclient.stack.traits import IpId
from pxeclient.wire import dhcp, tftp
from pxeclient.wire.addresses import BROADCAST
from pxeclient.wire.dhcp import Message
from pxeclient.wire.options import option_name, printable, show_value
from pxeclient.wire.pxe import Purpose

_MACHINE = frozenset({97, 61})
"""Options of the machine rather than of the firmware."""
_SILENT = frozenset({*FILLED, *_MACHINE})
_WEIGHTS = {93: 3.0, 60: 3.0, 77: 4.0, 55: 4.0, 57: 2.0, 94: 2.0, 175: 3.0}
"""How telling an option's value is; 1 for others."""


_VENDOR_CLASS = 60
_OF_THE_CARD = (57, 94, _VENDOR_CLASS)
_ASKS_THE_CARD = ("edk2",)
"""Firmwares that ask the network card's driver for its UNDI version (94, the end of 60) and for its
MTU (57), as EDK II does (NetworkPkg/UefiPxeBcDxe/PxeBcDhcp4.c, PxeBcBuildDhcp4Options): what stands
there is the card's."""


def _without_undi(data: bytes) -> bytes:
    """A vendor class without the driver's version at its end."""
    return data.partition(b":UNDI:")[0]


class Mark(NamedTuple):
    """One thing that was held against a profile."""

    name: str
    agrees: bool
    weight: float
    """How telling it is."""
    has: str
    """What the capture has."""
    profile_has: str
    is_timing: bool = False
    """A wait: clocks and busy hosts bend it."""
    known: Known | None = None
    """How well the profile's value is known."""
    needs: Aspect | None = None
    """What a capture that was read from text may not tell: without that there is no mark."""


def marks(found: Shown, profile: Profile) -> list[Mark]:
    """All that can be held against the profile."""
    return [one for one in _marks(found, profile) if one.needs not in found.untold]


def _marks(found: Shown, profile: Profile) -> list[Mark]:
    return [
        *_message_marks(found, profile),
        *_uuid_order(found, profile),
        *_numbers(found, profile),
        *_host(found, profile),
        *_waits(found, profile),
        *_downloads(found, profile),
    ]


# --- DHCP messages ------------------------------------------------------------------------
_SHAPES = (
    (Purpose.DISCOVER, "DHCPDISCOVER", 6.0),
    (Purpose.REQUEST, "DHCPREQUEST", 2.0),
    (Purpose.PROXY_REQUEST, "request to port 4011", 2.0),
    (Purpose.BOOT_SERVER_REQUEST, "boot-server request", 1.0),
)


def _message_marks(found: Shown, profile: Profile) -> Iterator[Mark]:
    values = option_values(profile.traits.dhcp, machine_of(profile, found.booting))
    for purpose, name, weight in _SHAPES:
        if not found.by_purpose[purpose]:
            continue
        frame = found.by_purpose[purpose][0]
        message, shape = message_of(frame), profile.traits.dhcp.messages.get(purpose)
        codes = _codes(message)
        if shape is None:
            has, key = " ".join(map(str, codes)), "dhcp.messages"
            yield _mark(profile, f"option order of {name}", weight, has, "never sent", key)
            continue
        yield _mark(
            profile,
            f"option order of {name}",
            weight,
            " ".join(map(str, codes)),
            " ".join(map(str, shape.options)),
            f"dhcp.messages.{purpose.value}.options",
            Aspect.ORDER,
        )
        if purpose is Purpose.DISCOVER:
            yield from _values(message, shape, profile, values)
        yield from _manners(frame, name, shape, profile, found.is_direct)
    yield from _padding(found, profile)


def _codes(message: Message) -> list[int]:
    return [one.code for one in message.options if one.code not in (dhcp.PAD, dhcp.END)]


def _values(
    message: Message,
    shape: MessageTraits,
    profile: Profile,
    values: Mapping[tuple[Purpose, int], bytes],
) -> Iterator[Mark]:
    """The values of the options that both have: the order told of the others."""
    for code in dict.fromkeys(_codes(message)):
        wanted = values.get((Purpose.DISCOVER, code))
        data = dhcp.first(message.options, code)
        if wanted is None or data is None or code in _SILENT or code not in shape.options:
            continue
        name = f"option {code} ({option_name(code)})"
        weight = _WEIGHTS.get(code, 1.0)
        if profile.policy.name in _ASKS_THE_CARD and code in _OF_THE_CARD:
            if code != _VENDOR_CLASS:
                continue
            data, wanted = _without_undi(data), _without_undi(wanted)
        if data == wanted:
            shown_value = show_value(code, data)
            yield Mark(name, True, weight, shown_value, shown_value)
        else:
            has, profile_has = show_value(code, data), show_value(code, wanted)
            known = profile.evidence.get(f"dhcp.values.{code}") or profile.evidence.get(
                "dhcp.values"
            )
            yield Mark(name, False, weight, has, profile_has, known=known)


_VMWARE = b"VM"
"""How a UUID that VMware makes begins, as it is printed."""


def _uuid_order(found: Shown, profile: Profile) -> Iterator[Mark]:
    """In which order the octets of the UUID stand: it shows in those that VMware makes."""
    templates = tuple(templates_of(profile, 97))
    data = dhcp.first(message_of(found.discovers[0]).options, 97) if found.discovers else None
    if data is None or len(data) != 17 or not templates:
        return
    turned = data[1:5][::-1].startswith(_VMWARE)
    if not turned and not data[1:].startswith(_VMWARE):
        return
    words = {False: "as it is printed", True: "its first three fields turned round"}
    wanted = any("{uuid-le}" in template for template in templates)
    name = "octets of the UUID in option 97"
    known = profile.evidence.get("dhcp.values.97") or profile.evidence.get("dhcp.values")
    yield Mark(name, turned is wanted, 3.0, words[turned], words[wanted], known=known)


def _manners(
    frame: Frame, name: str, shape: MessageTraits, profile: Profile, is_direct: bool
) -> Iterator[Mark]:
    message = message_of(frame)
    is_broadcast = frame.destination_address == BROADCAST
    if shape.broadcast_flags is None or not is_broadcast:
        has, wanted = f"0x{message.flags:04x}", f"0x{shape.flags:04x}"
        yield _mark(profile, f"flags of {name}", 1.0, has, wanted, "", Aspect.HEADER)
    if is_direct and (shape.broadcast_source_port is None or not is_broadcast):
        weight = 2.0 if shape.source_port != dhcp.CLIENT_PORT else 1.0
        has, wanted = str(frame.source_port), str(shape.source_port)
        named = f"source port of {name}"
        yield _mark(profile, named, weight, has, wanted, "", Aspect.PORTS)


def _padding(found: Shown, profile: Profile) -> Iterator[Mark]:
    if not found.is_direct:
        return
    frame = found.discovers[0]
    rest = message_of(frame).rest
    size = profile.traits.dhcp.size
    has = f"padded to {frame.size} octets" if rest and not any(rest) else "no padding"
    wanted = f"padded to {size} octets" if size else "no padding"
    name = "length of DHCPDISCOVER"
    yield _mark(profile, name, 2.0, has, wanted, "dhcp.size", Aspect.PADDING)


# --- numbers ------------------------------------------------------------------------------
def _numbers(found: Shown, profile: Profile) -> Iterator[Mark]:
    traits = profile.traits.dhcp
    xids = list(dict.fromkeys(message_of(frame).xid for frame in found.discovers))
    has, wanted = _xid_rule(xids, found), _XIDS[traits.xid]
    weight = 3.0 if has != _DRAWN else 1.0
    yield _mark(profile, "transaction id", weight, has, wanted, "dhcp.xid", Aspect.HEADER)
    secs = [message_of(frame).secs for frame in _run(found, Purpose.DISCOVER)]
    wanted_secs = _secs(secs, profile, found.before(profile))
    yield _mark(
        profile,
        "secs",
        2.0 if len(secs) > 1 else 1.0,
        " ".join(map(str, secs)),
        " ".join(map(str, wanted_secs)),
        "dhcp.secs",
        Aspect.HEADER,
    )


_DRAWN = "drawn by chance"
_XIDS = {
    Xid.RANDOM: _DRAWN,
    Xid.MAC: "the MAC's last four octets",
    Xid.MAC_ATTEMPT: "the MAC's last four octets, the DISCOVER's number added to the first",
}


def _xid_rule(xids: list[int], found: Shown) -> str:
    tail = int.from_bytes(found.booting.mac[2:6], "big")
    if xids == [tail]:
        return _XIDS[Xid.MAC]
    if all(xid & 0xFFFFFF == tail & 0xFFFFFF and xid != tail for xid in xids):
        return _XIDS[Xid.MAC_ATTEMPT]
    return _DRAWN


def _secs(secs: list[int], profile: Profile, before: int) -> list[int]:
    """What the profile has in the place of each, `before` having gone before them; a firmware with
    an offer in hand adds 1 to 3."""
    traits = profile.traits.dhcp
    if traits.secs is Secs.LISTED:
        listed = traits.secs_listed
        return [listed[min(at + before, len(listed) - 1)] for at in range(len(secs))]
    return [
        value if 4 * at <= value <= 4 * at + (3 if at > 1 else 0) else 4 * at
        for at, value in enumerate(secs, 1 + before)
    ]


# --- the IPv4 host ------------------------------------------------------------------------
def _host(found: Shown, profile: Profile) -> Iterator[Mark]:
    ip = profile.traits.ip
    packet = found.discovers[0].packet
    if found.is_direct and packet is not None:
        yield _mark(profile, "TTL", 3.0, str(packet.ttl), str(ip.ttl), "ip.ttl", Aspect.IP)
        if found.number == 1 and ip.id is IpId.COUNTER and not ip.random_id:
            has, wanted = str(packet.identification), str(ip.first_id + found.before(profile))
            name = "IP identification"
            yield _mark(profile, name, 1.0, has, wanted, "ip.first-id", Aspect.IP)
    if found.announces is not None:
        words = {True: "announced", False: "not announced"}
        has, wanted = words[found.announces], words[ip.gratuitous_arp]
        yield _mark(profile, "its address", 2.0, has, wanted, "ip.gratuitous-arp")
    sent = {(one.ethertype, one.destination) for one in profile.traits.background}
    for one in sorted(found.beside):
        # Where none shows, the capture may have been filtered.
        is_sent = (one.ethertype, one.destination) in sent
        yield Mark(one.name, is_sent, 2.0, "sent", "sent" if is_sent else "not sent")


# --- waits --------------------------------------------------------------------------------
_REPEATED = (
    (Purpose.DISCOVER, "waits between DHCPDISCOVERs", 2.0),
    (Purpose.REQUEST, "waits between DHCPREQUESTs", 1.0),
    (Purpose.PROXY_REQUEST, "waits between requests to port 4011", 1.0),
)


def _waits(found: Shown, profile: Profile) -> Iterator[Mark]:
    yield from _dhcp_waits(found, profile)
    yield from _read_waits(found, profile)


def _dhcp_waits(found: Shown, profile: Profile) -> Iterator[Mark]:
    for purpose, name, weight in _REPEATED:
        frames = _run(found, purpose)
        waits = [after.at - before.at for before, after in pairwise(frames)]
        shape = profile.traits.dhcp.messages.get(purpose)
        nominal = () if shape is None else shape.waits
        if purpose is Purpose.DISCOVER:
            nominal = nominal[found.before(profile) :]
        if waits and nominal:
            expected = [nominal[min(at, len(nominal) - 1)] for at in range(len(waits))]
            agrees = len(waits) <= len(nominal) and _are_near(waits, expected)
            key = f"dhcp.messages.{purpose.value}.waits"
            known = profile.evidence.get(key)
            has, wanted = _seconds(waits), _seconds(nominal)
            yield Mark(name, agrees, weight, has, wanted, True, known, Aspect.TIME)


def _are_near(waits: Sequence[float], expected: Sequence[float]) -> bool:
    tolerance = Tolerance()
    return all(
        abs(has - wanted) <= tolerance.of(wanted)
        for has, wanted in zip(waits, expected, strict=True)
    )


def _seconds(waits: Iterable[float]) -> str:
    return f"{' '.join(f'{round(wait, 2):g}' for wait in waits)} s"


def _read_waits(found: Shown, profile: Profile) -> Iterator[Mark]:
    """Between read requests that nothing answered; of each request by itself."""
    waits, expected = [], []
    tftp_traits = profile.traits.tftp
    shown_waits: list[float] = []
    for at, asked in enumerate(unanswered(found.transfers)):
        between = [after - before for before, after in pairwise(asked)]
        is_size = at < len(tftp_traits.requests) and tftp_traits.requests[at].abort
        nominal = (is_size and tftp_traits.size_waits) or tftp_traits.open_waits
        waits += between
        expected += [nominal[min(at, len(nominal) - 1)] for at in range(len(between))]
        shown_waits += nominal
    if waits:
        known = profile.evidence.get("tftp.open-waits")
        agrees = _are_near(waits, expected)
        name = "waits between read requests"
        has, wanted = _seconds(waits), _seconds(shown_waits)
        yield Mark(name, agrees, 1.0, has, wanted, True, known, Aspect.TIME)


def unanswered(transfers: Sequence[Transfer]) -> list[list[float]]:
    """When it asked for its first file in vain: a list for each different request, of equal ones
    from whatever ports, until one is answered."""
    found: list[list[float]] = []
    latest: tftp.Request | None = None
    for one in transfers:
        if (
            one.heard
            or one.untold
            or (latest is not None and one.request.filename != latest.filename)
        ):
            break
        if one.request != latest:
            # Up to the first of the next request the last of these waited, too.
            if found:
                found[-1].append(one.asked[0].at)
            found.append([])
            latest = one.request
        found[-1] += [frame.at for frame in one.asked]
    return found


def distance(found: Shown, profile: Profile) -> float:
    """How far the waits after DHCPDISCOVERs are from the profile's, the last included that a
    DHCPREQUEST ended: seconds for each second. Too coarse for a mark, it tells equals apart."""
    times = [frame.at for frame in _run(found, Purpose.DISCOVER)]
    ended = [
        frame.at for frame in found.by_purpose[Purpose.REQUEST] if times and frame.at > times[-1]
    ]
    waits = [after - before for before, after in pairwise([*times, *ended[:1]])]
    if Aspect.TIME in found.untold:
        return 0.0
    nominal = profile.traits.dhcp.messages[Purpose.DISCOVER].waits[found.before(profile) :]
    pairs = list(zip(waits, nominal, strict=False))
    return round(sum(abs(has - wanted) / wanted for has, wanted in pairs), 3)


def _run(found: Shown, purpose: Purpose) -> list[Frame]:
    """The first of its messages for a purpose, and its repeats before it says anything else."""
    frames = found.by_purpose[purpose]
    if not frames:
        return []
    others = [
        frame.at for kind, all in found.by_purpose.items() if kind != purpose for frame in all
    ]
    until = min((at for at in others if at > frames[0].at), default=float("inf"))
    target = frames[0].destination_address
    return [frame for frame in frames if frame.at < until and frame.destination_address == target]


# --- downloads ----------------------------------------------------------------------------
def _downloads(found: Shown, profile: Profile) -> Iterator[Mark]:
    whole = [one for one in found.transfers if not one.is_request_cut]
    if not whole:
        return
    first, tftp = whole[0], profile.traits.tftp
    wanted = [_pairs([*request.options]) for request in tftp.requests]
    has = _pairs([(printable(key), printable(value)) for key, value in first.request.options])
    name = "options of the first read request"
    yield _mark(profile, name, 4.0, has, wanted[0], "tftp.requests", Aspect.READ)
    if first.is_probe or (first.is_whole and len(tftp.requests) > 1):
        ways = {True: "asks only for the size", False: "fetches the file"}
        has, wanted_words = ways[first.is_probe], ways[tftp.requests[0].abort]
        name = "the first read request"
        yield _mark(profile, name, 2.0, has, wanted_words, "tftp.requests", Aspect.READ)
    if tftp.port is LocalPort.COUNTING:
        lowest, highest = tftp.first_port, tftp.first_port + tftp.first_port_spread - 1
        agrees = lowest <= first.local_port <= highest + 16
        words = str(lowest) if lowest == highest else f"{lowest} to {highest}"
        known = profile.evidence.get("tftp.first-port")
        has, needs = str(first.local_port), Aspect.PORTS
        yield Mark("its first TFTP port", agrees, 1.0, has, words, known=known, needs=needs)


def _pairs(options: list[tuple[str, str]]) -> str:
    return ", ".join(f"{key} {value}" for key, value in options) or "none"


def _mark(
    profile: Profile,
    name: str,
    weight: float,
    has: str,
    wanted: str,
    key: str,
    needs: Aspect | None = None,
) -> Mark:
    known = profile.evidence.get(key) or profile.evidence.get(key.rsplit(".", 1)[0])
    return Mark(name, has == wanted, weight, has, wanted, known=known, needs=needs)
