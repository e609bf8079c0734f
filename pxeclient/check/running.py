"""Goes through a suite: each boot once, and probes one after another.

Before real servers, whose clock is everybody's, all boots of the suite go on side by side: so
nobody has to wait for one firmware's silences before another's begin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from typing import NamedTuple

from pxeclient import profile as profiles
from pxeclient.boot.dhcp.options import architecture
from pxeclient.boot.machine import Machine
from pxeclient.boots import boot as boots
from pxeclient.boots.apart import numbered, stranger
from pxeclient.boots.many import Arrival, boot_in_turn
from pxeclient.check.judging import EVERY, judge, judge_findings
from pxeclient.check.loopback import judge_there
from pxeclient.check.patience import LATE, Patience, endless
from pxeclient.check.probes import PROBES
from pxeclient.check.probing import Probing
from pxeclient.check.results import Made, Point, Result, Status
from pxeclient.check.suite import Case, Suite, listed
from pxeclient.check.wires import Together, Wires
from pxeclient.diagnose import Finding, diagnose, diagnose_beside, ranked
from pxeclient.diagnose.scene import Scene
from pxeclient.diagnose.sorting import scene
from pxeclient.endings import End, doubt, end_of
from pxeclient.link.paced import PacedLink
from pxeclient.link.wallclock import seconds_since_1970, steady_seconds
from pxeclient.profile import Profile
from pxeclient.profile.claiming import of_architecture
from pxeclient.trace import Trace
from pxeclient.wire.addresses import Mac

DEADLINE = 600.0
"""The firmware's seconds after which a boot is stopped: no firmware tries so long."""

PROBE_MAC = Mac.from_text("02:70:78:65:63:6b")
"""A locally administered address for probes."""


class _Tried(NamedTuple):
    """A boot, and what it shows."""

    made: Made
    scene: Scene | None
    """As of `findings`."""
    findings: list[Finding] | None
    """None if there was no time to find them."""
    is_beside_another: bool = False
    """It was held against that of another machine of the kind."""

    @property
    def trace(self) -> Trace:
        return self.made.trace


_Key = tuple[str, int | None, tuple[str, ...]]


@dataclass(slots=True)
class Running:
    """A suite on an open network. Iterate over `results` once.

    Raises:
        LinkError: While iterating: the network is gone.
    """

    suite: Suite
    wires: Wires
    seed: int = 1
    """Where transaction ids begin; on a wire two runs should differ."""
    patience: Patience = endless
    """Judges each boot and each probe."""
    not_judged: int = 0
    """Results so far that nobody had the time to judge: they are unknown."""
    _boots: dict[_Key, _Tried] = field(default_factory=dict)
    _took: dict[_Key, float] = field(default_factory=dict)
    """Seconds that boots took of which no result has told yet."""
    _probes: int = 0

    def results(self) -> Iterator[Result]:
        """What came of each case, in order; one for each profile and architecture."""
        if self.wires.together is not None and self.suite.mac is None:
            self._boot_side_by_side(self.wires.together)
        for case in self.suite.cases:
            yield from self._case(case)

    def _case(self, case: Case) -> Iterator[Result]:
        if case.probe is not None:
            yield self._probed(case, case.probe)
            return
        for name in case.profiles or self.suite.profiles:
            for arch in case.archs or (None,):
                yield self._booted(case, name, arch)

    # --- boots ----------------------------------------------------------------------------
    def _booted(self, case: Case, name: str, arch: int | None) -> Result:
        key = name, arch, case.keys
        if key not in self._boots:
            self._boots[key] = self._boot(*key)
        tried = self._asked_again(key)
        subject = name if arch is None else f"{name}, architecture {arch}"
        points = self._judged(case, tried)
        if points is None:
            return self._late(case, subject, tried.made)
        if why := doubt(tried.trace):
            points = tuple(_unknown(point, why) for point in points)
        return _result(
            case, subject, points, tried.findings or [], tried.made, self._took.pop(key, 0.0)
        )

    def _judged(self, case: Case, tried: _Tried) -> tuple[Point, ...] | None:
        """None if there is no time for it. Not all that is expected rests on what was found."""
        there, found = tried.scene, tried.findings
        if there is None or (found is None and (case.finding or case.no_finding)):
            return None
        on = self.wires.loopback
        judging = judge if on is None else partial(judge_there, on)
        return self.patience(lambda: tuple(judging(case, tried.trace, there, found or [])))

    def _late(self, case: Case, subject: str, made: Made) -> Result:
        """Nobody can tell."""
        self.not_judged += 1
        point = Point(Status.UNKNOWN, "what the case expects", LATE)
        return _result(case, subject, (point,), [], made)

    def _asked_again(self, key: _Key) -> _Tried:
        """The boot; of a file that the machine cannot run also what a stranger is given."""
        tried = self._boots[key]
        if end_of(tried.trace) is not End.WRONG_FILE or tried.is_beside_another:
            return tried
        name, arch, keys = key
        profile, began = _profile(name, arch), steady_seconds()
        other = self._trace(profile, stranger(self._machine(profile)), keys)
        self._took[key] = self._took.get(key, 0.0) + steady_seconds() - began
        beside = self.patience(lambda: diagnose_beside([tried.trace, other])[0])
        made = replace(tried.made, beside=tuple(beside or ()))
        findings = None
        if beside is not None and tried.findings is not None:
            findings = ranked([*beside, *tried.findings])
        self._boots[key] = tried._replace(made=made, findings=findings, is_beside_another=True)
        return self._boots[key]

    def _boot(self, name: str, arch: int | None, keys: tuple[str, ...]) -> _Tried:
        profile = _profile(name, arch)
        machine, started, began = self._machine(profile), self._now(), steady_seconds()
        trace = self._trace(profile, machine, keys)
        self._took[name, arch, keys] = steady_seconds() - began
        return self._tried(Made(trace, started, name, arch, keys, machine, profile.machine))

    def _tried(self, made: Made) -> _Tried:
        there = self.patience(lambda: scene(made.trace))
        found = None if there is None else self.patience(lambda: diagnose(made.trace))
        return _Tried(made, there, found)

    def _now(self) -> float:
        """Seconds since 1970, where the network's clock is everybody's."""
        return seconds_since_1970() if self.wires.is_real else 0.0

    def _trace(self, profile: Profile, machine: Machine, keys: tuple[str, ...]) -> Trace:
        wires = self.wires
        with wires.open(machine.mac, architecture(profile.traits.dhcp)) as link:
            wire = boots.Wire(link, wires.where)
            return boots.boot(profile, machine, wire, keys=keys, deadline=DEADLINE, pace=wires.pace)

    def _boot_side_by_side(self, together: Together) -> None:
        """All boots of the suite, so that none need be made when its case comes."""
        keys = list(dict.fromkeys(_wanted(self.suite)))
        arrivals = list(_arrivals(keys, self.seed))
        if not arrivals:
            return
        begun: list[tuple[Trace, float]] = []
        with together([one.machine.mac for one in arrivals]) as wire:
            link = wire if self.wires.pace == 1.0 else PacedLink(wire, self.wires.pace)

            def record(one: Arrival) -> Trace:
                profile, where = one.profile, self.wires.where
                trace = Trace(
                    profile.name,
                    profile.title,
                    where,
                    pace=link.pace,
                    runs=profile.runs,
                    borrowed=link.borrowed,
                    profile_version=profile.version,
                )
                begun.append((trace, self._now()))
                return trace

            boot_in_turn(arrivals, link, record)
        for key, one, (trace, started) in zip(keys, arrivals, begun, strict=True):
            made = Made(trace, started, *key, one.machine, one.profile.machine)
            self._boots[key] = self._tried(made)
            self._took[key] = trace.ended * self.wires.pace

    def _machine(self, profile: Profile) -> Machine:
        mac = Mac.from_text(self.suite.mac) if self.suite.mac else profile.machine.mac
        seed = profile.machine.seed if not self.wires.is_real else self.seed + len(self._boots)
        return replace(profile.machine, mac=mac, seed=seed)

    # --- probes ---------------------------------------------------------------------------
    def _probed(self, case: Case, probe: str) -> Result:
        mac = Mac.from_text(self.suite.mac) if self.suite.mac else PROBE_MAC
        trace = Trace(probe, f"probe {probe}", self.wires.where)
        self._probes += 1
        made, began = Made(trace, self._now()), steady_seconds()
        seed = (self.seed + self._probes) * 1000
        probing = Probing(case, self.wires, mac, trace, seed, self.patience)
        on = self.wires.loopback
        beyond = None if on is None else on.probe(probe, PROBES[probe].__doc__ or probe)
        points = [*PROBES[probe](probing)] if beyond is None else [beyond]
        judged = None if probing.is_late else self.patience(lambda: _judged(case, trace))
        if judged is None:
            return self._late(case, f"probe {probe}", made)
        more, findings = judged
        findings += [one for one in probing.seen if one not in findings]
        points += more
        if why := _unheard(trace):
            points = [
                _unknown(point, why) if point.status is Status.NOT_MET else point
                for point in points
            ]
        took = steady_seconds() - began
        return _result(case, f"probe {probe}", tuple(points), findings, made, took)


def _judged(case: Case, trace: Trace) -> tuple[list[Point], list[Finding]]:
    """Of a probe: what the case expects to be found, and what was."""
    findings = diagnose(trace)
    return [*judge_findings(case, scene(trace), findings)], findings


def _unheard(trace: Trace) -> str:
    """Why what a probe did not hear may have come all the same; empty where it did not."""
    if trace.lost:
        return "our own receive buffer lost frames: what is missing may have been among them"
    if trace.not_kept:
        return "more came than can be kept: what is missing may have been among it"
    return ""


def _unknown(point: Point, why: str) -> Point:
    return replace(point, status=Status.UNKNOWN, happened=why)


def _wanted(suite: Suite) -> Iterator[_Key]:
    """The boots that the cases look at, in order."""
    for case in suite.cases:
        if case.probe is None:
            for name in case.profiles or suite.profiles:
                for arch in case.archs or (None,):
                    yield name, arch, case.keys


def _arrivals(keys: Iterable[_Key], seed: int) -> Iterator[Arrival]:
    """A machine for each boot: with its profile's address, or the next one that is free."""
    taken: set[Mac] = set()
    for number, (name, arch, pressed) in enumerate(keys):
        profile = _profile(name, arch)
        machine = replace(profile.machine, seed=seed + number)
        # The first is the profile's own, its UUID too.
        steps = count(1)
        while machine.mac in taken:
            machine = numbered(profile.machine, next(steps), seed + number)
        taken.add(machine.mac)
        yield Arrival(profile, machine, keys=pressed, deadline=DEADLINE)


def _profile(name: str, arch: int | None) -> Profile:
    profile = profiles.load(name)
    return profile if arch is None else of_architecture(profile, arch)


def _result(
    case: Case,
    subject: str,
    points: tuple[Point, ...],
    findings: list[Finding],
    made: Made,
    took: float = 0.0,
) -> Result:
    result = Result(
        case.name,
        case.why,
        subject,
        points,
        seconds=made.trace.ended,
        profile="" if made.is_probe else made.trace.profile,
        profile_version=made.trace.profile_version,
        wall_seconds=took,
        made=made,
    )
    if result.status is not Status.NOT_MET:
        return result
    return replace(result, findings=tuple(_nearest(case, points, findings)))


def _nearest(case: Case, points: tuple[Point, ...], findings: list[Finding]) -> list[Finding]:
    """The findings that go with a failure: those that the case names, or that a point quotes."""
    named = {*listed(case.no_finding)} - {EVERY}
    failed = [point for point in points if point.status is Status.NOT_MET]
    named |= {one.id for one in findings for point in failed if point.happened == one.seen}
    mine = [one for one in findings if one.id in named]
    return mine or ([] if case.probe else findings)
