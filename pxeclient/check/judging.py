"""A boot held against what a case expects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network

from pxeclient.check.results import Point, Status
from pxeclient.check.suite import Boots, Case, Lease, listed
from pxeclient.diagnose import Finding, Severity
from pxeclient.diagnose.scene import Scene
from pxeclient.endings import End, end_of
from pxeclient.endings import judge as judge_file
from pxeclient.nbp import identify
from pxeclient.outcome import BEYOND, Booted, Failed
from pxeclient.report.stages import afterwards
from pxeclient.trace import Trace
from pxeclient.wire.options import printable

EVERY = "*"
"""In `Case.no_finding`: every finding but notes."""

_PE = {0x014C: "pe-x86", 0x8664: "pe-x64", 0x01C2: "pe-arm", 0xAA64: "pe-arm64"}
KINDS = (
    "pe",
    *_PE.values(),
    "linux",
    "elf",
    "script",
    "u-boot",
    "text",
    "boot-sector",
    "raw",
    "empty",
)
"""What `Boots.kind` may be; as in `nbp`, and PE images for one processor."""


def judge(case: Case, trace: Trace, found: Scene, findings: Sequence[Finding]) -> Iterator[Point]:
    """Every expectation of the case, with what the boot did.

    Args:
        case: What is expected.
        trace: The boot.
        found: The same, sorted.
        findings: What was found in it.
    """
    for judge_one in _JUDGES:
        yield from judge_one(case, trace, found)
    yield from judge_findings(case, found, findings)


def ending(trace: Trace) -> str:
    """How a boot ended, in a few words; what ran after the firmware stands behind that."""
    return f"{_own_ending(trace)}{afterwards(trace)}"


def _own_ending(trace: Trace) -> str:
    match trace.outcome:
        case Booted(boot_file, _):
            judged = judge_file(trace)
            cannot = judged.cannot if judged is not None else ""
            word = "fetched" if cannot else "booted"
            return f"{word} {printable(boot_file.name)} from {boot_file.server}{cannot}"
        case Failed(failure, _, _, because) if failure in BEYOND:
            return because
        case Failed(failure, code, text, _):
            return f"failed: {text}" if code in text else f"failed: {code or failure.value}: {text}"
        case None:
            return f"did not end: {trace.stopped}"


def _point(met: bool, expected: str, happened: str, frame: int | None = None) -> Point:
    return Point(Status.MET if met else Status.NOT_MET, expected, happened, frame)


def _end(trace: Trace, met: bool, expected: str, happened: str = "") -> Point:
    """A point about how it ended; where only the emulation did, what follows is not known."""
    if isinstance(trace.outcome, Failed) and trace.outcome.failure in BEYOND:
        return Point(Status.UNKNOWN, expected, ending(trace))
    return _point(met, expected, happened or ending(trace))


def _boots(case: Case, trace: Trace, found: Scene) -> Iterator[Point]:
    wanted, booted = case.boots, found.booted
    can_run = end_of(trace) is End.BOOTED
    if wanted is None:
        return
    if wanted is False:
        yield _end(trace, not can_run, "does not boot")
        return
    wish = wanted if isinstance(wanted, Boots) else Boots(name=_name(wanted))
    if booted is None:
        named = f" {printable(wish.name.encode())}" if wish.name else ""
        yield _end(trace, False, f"boots{named}")
    else:
        # Who says which kind it is to be says what the machine is to be given.
        yield from _file(wish, booted, ending(trace), can_run or wish.kind is not None)


def _name(wanted: bool | str) -> str | None:
    return wanted if isinstance(wanted, str) else None


def _file(wish: Boots, booted: Booted, end: str, can_run: bool) -> Iterator[Point]:
    name = booted.boot_file.name
    if wish == Boots() or not (can_run or wish.name or wish.server):
        yield _point(can_run, "boots", end)
    if wish.name is not None:
        same = can_run and name == wish.name.encode()
        yield _point(same, f"boots {printable(wish.name.encode())}", end)
    if wish.server is not None:
        same = can_run and booted.boot_file.server == IPv4Address(wish.server)
        yield _point(same, f"boots from {wish.server}", end)
    if wish.sha256 is not None:
        digest = booted.sha256
        yield _point(digest == wish.sha256.lower(), f"SHA-256 {wish.sha256}", f"SHA-256 {digest}")
    if wish.kind is not None:
        kind = identify(booted.content)
        exact = _PE.get(kind.machine or 0, kind.kind)
        seen = f"{printable(name)} is {kind.words}"
        yield _point(wish.kind in (kind.kind, exact), f"a file of the kind {wish.kind}", seen)


def _fails(case: Case, trace: Trace, found: Scene) -> Iterator[Point]:
    if case.fails is None:
        return
    outcome = trace.outcome
    failed = isinstance(outcome, Failed)
    if isinstance(case.fails, bool):
        words = "fails" if case.fails else "does not fail"
        yield _end(trace, failed is case.fails, words)
        return
    codes = listed(case.fails)
    same = isinstance(outcome, Failed) and bool({outcome.code, outcome.failure.value} & {*codes})
    expected = f"fails with {' or '.join(codes)}"
    yield _point(True, expected, ending(trace)) if same else _end(trace, False, expected)


def _asks_4011(case: Case, trace: Trace, found: Scene) -> Iterator[Point]:
    wanted, asked = case.asks_4011, found.on_port_4011
    if wanted is None:
        return
    first = asked[0].number if asked else None
    whom = sorted({str(seen.destination) for seen in asked})
    happened = f"asked {', '.join(f'{one}:4011' for one in whom)}" if whom else "asked nobody"
    if isinstance(wanted, bool):
        words = "asks port 4011" if wanted else "asks nobody on port 4011"
        yield _point(bool(asked) is wanted, words, happened, first)
    else:
        same = whom == [str(IPv4Address(wanted))]
        yield _point(same, f"asks {wanted}:4011", happened, first)


def _within(case: Case, trace: Trace, found: Scene) -> Iterator[Point]:
    if case.within is not None:
        expected = f"ends within {case.within:g} s"
        if trace.outcome is None or trace.ended > case.within:
            took = ending(trace) if trace.outcome is None else f"took {trace.ended:.2f} s"
            yield _point(False, expected, took)
        else:
            yield _end(trace, True, expected, f"took {trace.ended:.2f} s")


def _lease(case: Case, trace: Trace, found: Scene) -> Iterator[Point]:
    wanted, ack = case.lease, found.ack
    if wanted is None:
        return
    wish = Lease(network=wanted) if isinstance(wanted, str) else wanted
    if ack is None:
        yield _point(False, "gets a lease", "no DHCPACK")
        return
    address = ack.message.yiaddr
    if wish.network is not None:
        inside = address in IPv4Network(wish.network, strict=False)
        yield _point(inside, f"an address in {wish.network}", f"got {address}", ack.number)
    if wish.seconds is not None:
        seconds = int.from_bytes(ack.options.get(51, b""), "big")
        expected = f"a lease of at least {wish.seconds} s"
        yield _point(seconds >= wish.seconds, expected, f"got {seconds} s", ack.number)
    for what, text, got in (
        ("the address", wish.address, address),
        ("a lease of the server", wish.server, ack.who),
        ("the router", wish.router, ack.address(3)),
    ):
        if text is not None:
            seen = f"got {got or 'none'}"
            yield _point(got == IPv4Address(text), f"{what} {text}", seen, ack.number)


_JUDGES: tuple[Callable[[Case, Trace, Scene], Iterator[Point]], ...] = (
    _boots,
    _fails,
    _asks_4011,
    _within,
    _lease,
)


def judge_findings(case: Case, found: Scene, findings: Sequence[Finding]) -> Iterator[Point]:
    """What must and what must not be found, in a boot or in a probe."""
    by_id = {finding.id: finding for finding in reversed(findings)}
    for id in listed(case.finding):
        one = by_id.get(id)
        happened = one.seen if one else _others(findings)
        yield _point(one is not None, f"finding {id}", happened, _frame(one))
    yield from absent(listed(case.no_finding), found, findings)


def absent(ids: Iterable[str], found: Scene, findings: Sequence[Finding]) -> Iterator[Point]:
    """That none of these findings shows, where any server answered."""
    for id in ids:
        one = next((any for any in findings if _matches(any, id)), None)
        expected = "nothing to find" if id == EVERY else f"no finding {id}"
        if one is not None:
            yield Point(Status.NOT_MET, expected, one.seen, _frame(one), one.fault.known.where)
        elif not found.replies:
            yield Point(Status.UNKNOWN, expected, "no server answered")
        else:
            yield Point(Status.MET, expected, "not found")


def _matches(finding: Finding, id: str) -> bool:
    return finding.severity is not Severity.NOTE if id == EVERY else finding.id == id


def _others(findings: Sequence[Finding]) -> str:
    names = ", ".join(dict.fromkeys(finding.id for finding in findings))
    return f"found {names}" if names else "found nothing"


def _frame(finding: Finding | None) -> int | None:
    return finding.frames[0] if finding and finding.frames else None
