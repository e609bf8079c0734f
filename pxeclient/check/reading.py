"""A suite from its TOML file, checked key by key before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Interface, IPv4Network
from math import isfinite
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from pxeclient import profile as profiles
from pxeclient.boot.menu.keys import check_key
from pxeclient.check.judging import EVERY, KINDS
from pxeclient.check.probes import PROBES
from pxeclient.check.suite import Boots, Case, Command, Lease, Network, Suite, listed
from pxeclient.diagnose import catalogue
from pxeclient.documents import toml
from pxeclient.harmless import clean, complaint
from pxeclient.link import paced
from pxeclient.outcome import Failure
from pxeclient.practice.complaint import sentence
from pxeclient.profile import ProfileError
from pxeclient.profile.claiming import of_architecture
from pxeclient.spelling import close_or_all
from pxeclient.wire.addresses import Mac

STARTER = Path(__file__).with_name("starter.toml")
"""The suite that comes with pxeclient."""


_LONGEST_COMMAND = 65_536
"""Octets. The kernel takes no word of twice as many (MAX_ARG_STRLEN, execve(2))."""
_LONGEST_NAME = 255
"""Octets of a file's name (NAME_MAX, linux/limits.h)."""


class SuiteError(ValueError):
    """A suite cannot be used; the text names the file and the key, and says why."""


def load(path: Path, others: tuple[str, ...] = ()) -> Suite:
    """Read a suite.

    Args:
        path: The file.
        others: Profiles in place of the suite's own, where a case names none.

    Raises:
        SuiteError: The file cannot be read, or something in it is wrong.
    """
    try:
        data = toml(path, finite=False)
        return suite_of({**data, "profiles": others} if others else data)
    except ValueError as error:
        raise SuiteError(complaint(f"{path}: {error}")) from None


def suite_of(data: dict[str, Any]) -> Suite:
    """The suite that a document describes.

    Raises:
        SuiteError: Something in it is wrong; names the key and says why.
    """
    try:
        suite = _fit_to_show(msgspec.convert(data, Suite))
    except msgspec.ValidationError as error:
        raise SuiteError(complaint(sentence(str(error), "suite", Suite, "table"))) from None
    for where, why in _complaints(suite):
        raise SuiteError(complaint(f"{where}: {why}"))
    return suite


def _fit_to_show(suite: Suite) -> Suite:
    """The suite, whose words for people are what they look like."""
    cases = tuple(replace(case, name=clean(case.name), why=clean(case.why)) for case in suite.cases)
    return replace(suite, title=clean(suite.title), cases=cases)


def _complaints(suite: Suite) -> Iterator[tuple[str, str]]:
    """What msgspec cannot see: names that are none, and cases that nobody tries."""
    if suite.network is not None:
        yield from _network(suite.network)
    if suite.mac is not None:
        yield from _mac(suite.mac)
    yield from _profiles(suite.profiles, "profiles")
    seen: set[str] = set()
    for at, case in enumerate(suite.cases):
        where = f"cases[{at}]"
        if case.name in seen:
            yield f"{where}.name", f"{case.name!r} is the name of a case before it"
        seen.add(case.name)
        if case.probe is None and not (case.profiles or suite.profiles):
            yield f"{where}.profiles", "nobody boots: give profiles here or for the whole suite"
        yield from _case(case, where)
        yield from _claims(case, suite.profiles, where)


def _network(network: Network) -> Iterator[tuple[str, str]]:
    places = [("network.address", network.address)]
    places += [
        (f"network.hosts[{at}].address", host.address) for at, host in enumerate(network.hosts)
    ]
    for where, text in places:
        try:
            prefixed = "/" in text and IPv4Interface(text)
        except ValueError:
            prefixed = False
        if not prefixed:
            yield where, f"{text!r} is not an address with its prefix, such as 10.77.0.1/24"
    yield from _commands(network)
    if network.loopback != "otherwise" and not (network.server or network.hosts or network.tftp):
        yield "network.loopback", "no server is started here"
    scale = network.time_scale
    if scale is not None and not paced.LEAST <= scale <= paced.MOST:
        words = f"{scale:g} is no pace: from {paced.LEAST:g} to {paced.MOST:g}"
        yield "network.time-scale", words


def _commands(network: Network) -> Iterator[tuple[str, str]]:
    """What no process can be given, and names that lead out of a host's folder."""
    own = () if network.server is None else (network.server,)
    places: list[tuple[str, tuple[Command, ...]]] = [("network.server", own)]
    for at, host in enumerate(network.hosts):
        places.append((f"network.hosts[{at}].servers", host.servers))
        for why in _names(host.files):
            yield f"network.hosts[{at}].files", why
    for where, commands in places:
        if any("\0" in word for command in commands for word in command):
            yield where, "a NUL cannot stand in a command"
        for command in commands:
            if (size := sum(len(word.encode()) + 1 for word in command)) > _LONGEST_COMMAND:
                most = f"{_LONGEST_COMMAND:,}"
                yield where, f"a command of {size:,} octets is too long: at most {most} can be"


def _names(files: Iterable[str]) -> Iterator[str]:
    """What no file in a host's folder can be called, and what cannot be beside each other."""
    paths = {name: Path(name) for name in files}
    taken = {path: name for name, path in paths.items()}
    for name, path in paths.items():
        if not path.parts or path.is_absolute() or ".." in path.parts or "\0" in name:
            yield f"{name!r} is not the name of a file in its folder"
        elif any(len(part.encode()) > _LONGEST_NAME for part in path.parts):
            yield f"{name[:40]!r}... is too long: {_LONGEST_NAME} octets at most can be"
        elif taken[path] != name:
            yield f"{name!r} and {taken[path]!r} are one file"
        elif (file := next((taken[one] for one in path.parents if one in taken), None)) is not None:
            yield f"{name!r} cannot be in {file!r}, which is a file"


def _mac(text: str) -> Iterator[tuple[str, str]]:
    try:
        Mac.of_station(text)
    except ValueError as error:
        yield "mac", str(error)


def _profiles(names: Iterable[str], where: str) -> Iterator[tuple[str, str]]:
    for at, name in enumerate(names):
        try:
            profiles.load(name)
        except ProfileError as error:
            yield f"{where}[{at}]", str(error)


def _keys(names: Iterable[str], where: str) -> Iterator[tuple[str, str]]:
    for at, name in enumerate(names):
        try:
            check_key(name)
        except ValueError as error:
            yield f"{where}[{at}]", str(error)


def _case(case: Case, where: str) -> Iterator[tuple[str, str]]:
    yield from _profiles(case.profiles, f"{where}.profiles")
    for key, seconds in (("within", case.within), ("patience", case.patience)):
        if seconds is not None and not isfinite(seconds):
            yield f"{where}.{key}", f"{seconds} is no number of seconds"
    yield from _keys(case.keys, f"{where}.keys")
    yield from _one_of(case.probe, PROBES, f"{where}.probe", "probe")
    for key, ids in (("finding", case.finding), ("no-finding", case.no_finding)):
        known = [*catalogue(), EVERY] if key == "no-finding" else list(catalogue())
        for id in listed(ids):
            yield from _one_of(id, known, f"{where}.{key}", "finding")
    if not isinstance(case.fails, bool):
        for text in listed(case.fails):
            # Any code may be a firmware's own; what reads like a failure's name must be one.
            if text == text.lower() and "-" in text:
                names = [failure.value for failure in Failure]
                yield from _one_of(text, names, f"{where}.fails", "failure")
    if isinstance(case.asks_4011, str):
        yield from _address(case.asks_4011, f"{where}.asks-4011")
    if isinstance(case.boots, Boots):
        yield from _address(case.boots.server, f"{where}.boots.server")
        yield from _one_of(case.boots.kind, KINDS, f"{where}.boots.kind", "kind of file")
    yield from _lease(case.lease, f"{where}.lease")


def _claims(case: Case, others: Iterable[str], where: str) -> Iterator[tuple[str, str]]:
    """Not every firmware says an architecture that could be another."""
    if case.probe is not None or not case.archs:
        return
    for name in case.profiles or others:
        try:
            of_architecture(profiles.load(name), case.archs[0])
        except ValueError as error:
            yield f"{where}.archs", str(error)


def _lease(lease: str | Lease | None, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(lease, str):
        yield from _network_of(lease, where)
    elif lease is not None:
        yield from _network_of(lease.network, f"{where}.network")
        for key in ("address", "server", "router"):
            yield from _address(getattr(lease, key), f"{where}.{key}")


def _network_of(text: str | None, where: str) -> Iterator[tuple[str, str]]:
    try:
        IPv4Network(text or "0.0.0.0", strict=False)
    except ValueError:
        yield where, f"{text!r} is neither an IPv4 address nor a network"


def _address(text: str | None, where: str) -> Iterator[tuple[str, str]]:
    try:
        IPv4Address(text or "0.0.0.0")
    except AddressValueError:
        yield where, f"{text!r} is not an IPv4 address"


def _one_of(
    name: str | None, known: Iterable[str], where: str, what: str
) -> Iterator[tuple[str, str]]:
    every = list(known)
    if name is None or name in every:
        return
    yield where, f"no {what} is called {name!r}: {close_or_all(name, every, most=2)}"
