"""Profiles: everything about a firmware that is data, from ``profiles/*.toml``.

A profile names the family whose decision tables it uses and gives its identity: option
order and values, times, texts. Its ``[evidence]`` table says of every value how well it is
known; a value that it does not cover is an error, and so is an entry that covers nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from pxeclient.boot.decisions import Evidence, Source
from pxeclient.boot.machine import NICS, Machine, Nic
from pxeclient.boot.options import TemplateError, option_values, uses_nic
from pxeclient.boot.policy import Policy
from pxeclient.boot.traits import DhcpTraits, Purpose, Traits
from pxeclient.firmware.edk2 import EDK2
from pxeclient.firmware.intel21 import INTEL21
from pxeclient.firmware.ipxe import IPXE, IPXE_2019, IPXE_EFI, IPXE_EFI_2019
from pxeclient.wire.addresses import Mac

POLICIES = {
    policy.name: policy for policy in (IPXE, IPXE_2019, IPXE_EFI, IPXE_EFI_2019, INTEL21, EDK2)
}
"""The families' decision tables, by the name that a profile calls them."""

_HEAD = ("name", "title", "summary", "policy")


class ProfileError(ValueError):
    """A profile is wrong or unknown; the text names the file, the key and the reason."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One firmware."""

    name: str
    title: str
    summary: str
    """What is special about it, in one sentence."""
    policy: Policy
    traits: Traits
    machine: Machine
    """The machine that boots if the user names none."""
    values: Mapping[str, object]
    """Every value as it stands in the file, by dotted key."""
    evidence: Mapping[str, Source]
    """How well each of `values` is known."""
    path: Path

    @property
    def shows_nic(self) -> bool:
        """The network card's PCI ids are on the wire."""
        return uses_nic(self.traits.dhcp)

    def evidence_levels(self) -> Mapping[Evidence, int]:
        """How many values and rules are known how well, strongest first."""
        counts = dict.fromkeys(Evidence, 0)
        for source in self.evidence.values():
            counts[source.evidence] += 1
        for table in tables(self.policy):
            for rule in table.rules:
                counts[rule.source.evidence] += 1
        return counts


def tables(policy: Policy) -> Iterator[Any]:
    """The decision tables of a policy, in the order in which a boot asks them."""
    for name in policy.__dataclass_fields__:
        if name != "name":
            yield getattr(policy, name)


def capped(policy: Policy, cap: Source) -> Policy:
    """The same decisions for a firmware that they are less well known of.

    Rules that are known better than `cap` are known as well as `cap`; where it comes from is
    said before where the rule comes from.
    """
    order = list(Evidence)

    def cap_rule(rule: Any) -> Any:
        if order.index(rule.source.evidence) >= order.index(cap.evidence):
            return rule
        where = f"{cap.where} ({rule.source.evidence}: {rule.source.where})"
        return replace(rule, source=Source(cap.evidence, where))

    fields = {
        name: replace(table, rules=tuple(map(cap_rule, table.rules)))
        for name in policy.__dataclass_fields__
        if name != "name" and (table := getattr(policy, name))
    }
    return replace(policy, **fields)


def folder() -> Path:
    """Where the profiles are: beside the package's modules when installed, else in the tree."""
    inside = Path(__file__).parent / "profiles"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "profiles"


def names() -> list[str]:
    """The profiles that come with pxeclient."""
    return sorted(path.stem for path in folder().glob("*.toml"))


def load(name: str) -> Profile:
    """Load a profile by its name, or from the path of a ``.toml`` file.

    Raises:
        ProfileError: There is none of that name, or its file is wrong.
    """
    if name.endswith(".toml"):
        return load_file(Path(name))
    if name not in names():
        close = get_close_matches(name, names(), n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names())}"
        raise ProfileError(f"no profile is called {name!r}: {hint}")
    return load_file(folder() / f"{name}.toml")


def load_file(path: Path) -> Profile:
    """Load the profile at `path`.

    Raises:
        ProfileError: It cannot be read, or something in it is wrong.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ProfileError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: not TOML: {error}") from None
    try:
        return _profile(path, data)
    except ProfileError as error:
        raise ProfileError(f"{path}: {error}") from None


def _profile(path: Path, data: dict[str, Any]) -> Profile:
    head = {key: _text(data, key) for key in _HEAD}
    if head["policy"] not in POLICIES:
        raise ProfileError(f"policy: {head['policy']!r} is not one of {', '.join(POLICIES)}")
    notes = data.pop("evidence", None)
    if not isinstance(notes, dict):
        raise ProfileError("evidence: missing; it says how each value is known")
    body = {key: value for key, value in data.items() if key not in _HEAD}
    values = dict(_leaves(body))
    policy = POLICIES[head["policy"]]
    if "decisions" in notes:
        policy = capped(policy, _source("decisions", notes.pop("decisions")))
    evidence = _evidence(values, notes)
    machine = _machine(body.pop("machine", {}))
    traits = _traits(head["name"], body)
    _check_options(traits.dhcp, machine)
    return Profile(
        head["name"],
        head["title"],
        head["summary"],
        policy,
        traits,
        machine,
        values,
        evidence,
        path,
    )


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise ProfileError(f"{key}: missing, or not a text")
    return value


def _leaves(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The values of a document, by dotted key; an option value such as {u16 = 5} is one."""
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and not (set(value) <= set(_FORMS) and value):
            yield from _leaves(value, f"{name}.")
        else:
            yield name, value


def _evidence(values: dict[str, object], notes: dict[str, Any]) -> dict[str, Source]:
    sources = {key: _source(key, note) for key, note in notes.items()}
    found: dict[str, Source] = {}
    used: set[str] = set()
    for key in values:
        covering = [note for note in sources if key == note or key.startswith(f"{note}.")]
        if not covering:
            raise ProfileError(f"{key}: nothing in [evidence] says how it is known")
        nearest = max(covering, key=len)
        used.add(nearest)
        found[key] = sources[nearest]
    unused = [note for note in sources if note not in used]
    if unused:
        raise ProfileError(f"evidence.{unused[0]!r}: there is no such value")
    return found


def _source(key: str, note: Any) -> Source:
    if not (isinstance(note, list) and len(note) == 2 and all(isinstance(x, str) for x in note)):
        raise ProfileError(f"evidence.{key!r}: not a pair of level and source")
    try:
        return Source(Evidence(note[0]), note[1])
    except ValueError:
        levels = ", ".join(Evidence)
        raise ProfileError(f"evidence.{key!r}: {note[0]!r} is not one of {levels}") from None


def _machine(data: dict[str, Any]) -> Machine:
    try:
        return Machine(
            mac=Mac.from_text(str(data.get("mac"))),
            uuid=UUID(str(data.get("uuid"))),
            nic=nic(str(data.get("nic"))),
        )
    except ValueError as error:
        raise ProfileError(f"machine: {error}") from None


def nic(name: str) -> Nic:
    """The network card of that name.

    Raises:
        ValueError: It is not known.
    """
    if name not in NICS:
        raise ValueError(f"{name!r} is not one of {', '.join(NICS)}")
    return NICS[name]


def _traits(name: str, body: dict[str, Any]) -> Traits:
    dhcp = body.get("dhcp")
    if not isinstance(dhcp, dict):
        raise ProfileError("dhcp: missing")
    dhcp["values"] = _templates(dhcp.get("values", {}), "dhcp.values")
    for purpose, message in dhcp.get("messages", {}).items():
        if isinstance(message, dict) and "values" in message:
            where = f"dhcp.messages.{purpose}.values"
            message["values"] = _templates(message["values"], where)
    try:
        return msgspec.convert(
            _named({"name": name, **body}, Traits, ""), Traits, strict=True, str_keys=True
        )
    except msgspec.ValidationError as error:
        raise ProfileError(str(error).replace("`", "").replace("_", "-")) from None


def _named(data: Any, kind: Any, where: str) -> Any:
    """Keys as Python writes them; unknown ones are an error, which msgspec leaves to us."""
    fields = getattr(kind, "__dataclass_fields__", None)
    if fields is None or not isinstance(data, dict):
        return data
    hints = msgspec.inspect.type_info(kind)
    types = {field.name: field.type for field in getattr(hints, "fields", ())}
    known = {name.replace("_", "-"): name for name in fields}
    for key in data:
        if key not in known:
            close = get_close_matches(key, known, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            raise ProfileError(f"{where}{key}: no such key{hint}")
    return {
        known[key]: _nested(value, types[known[key]], f"{where}{key}.")
        for key, value in data.items()
    }


def _nested(value: Any, info: Any, where: str) -> Any:
    match info:
        case msgspec.inspect.DataclassType():
            return _named(value, info.cls, where)
        case msgspec.inspect.DictType() if isinstance(value, dict):
            return {
                key: _nested(item, info.value_type, f"{where}{key}.") for key, item in value.items()
            }
        case msgspec.inspect.VarTupleType() if isinstance(value, list):
            return [
                _nested(item, info.item_type, f"{where}[{at}].") for at, item in enumerate(value)
            ]
        case _:
            return value


_FORMS = ("hex", "text", "codes", "u8", "u16", "u32")


def _templates(values: Any, where: str) -> dict[str, str]:
    """Option values as hexadecimal templates, whatever form they are written in."""
    if not isinstance(values, dict):
        raise ProfileError(f"{where}: not a table of option values")
    return {code: _template(code, value, f"{where}.{code}") for code, value in values.items()}


def _template(code: str, value: Any, where: str) -> str:
    if not code.isdigit() or not 0 < int(code) < 255:
        raise ProfileError(f"{where}: {code!r} is not an option code, 1 to 254")
    match value:
        case {"hex": str(text)} if len(value) == 1:
            return text
        case {"text": str(text)} if len(value) == 1:
            return text.encode().hex()
        case {"codes": list(codes)} if len(value) == 1 and all(_is_octet(code) for code in codes):
            return bytes(codes).hex()
        case {"u8": int(number)} if len(value) == 1 and 0 <= number < 1 << 8:
            return f"{number:02x}"
        case {"u16": int(number)} if len(value) == 1 and 0 <= number < 1 << 16:
            return f"{number:04x}"
        case {"u32": int(number)} if len(value) == 1 and 0 <= number < 1 << 32:
            return f"{number:08x}"
        case _:
            raise ProfileError(f"{where}: not one of {{{' = …}, {'.join(_FORMS)} = …}} that fits")


def _is_octet(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value <= 255


_FILLED = {
    Purpose.DISCOVER: {53},
    Purpose.REQUEST: {50, 53, 54},
    Purpose.PROXY_REQUEST: {50, 53, 54},
    Purpose.BOOT_SERVER_REQUEST: {43, 50, 53, 54},
}
"""The options whose value is known only when the message is sent."""


def _check_options(dhcp: DhcpTraits, machine: Machine) -> None:
    """Every option that a message lists has a value, and every template can be filled."""
    try:
        values = option_values(dhcp, machine)
    except TemplateError as error:
        raise ProfileError(f"dhcp.values: {error}") from None
    missing = set(Purpose) - set(dhcp.messages)
    if missing:
        raise ProfileError(f"dhcp.messages.{sorted(missing)[0]}: missing")
    for purpose, message in dhcp.messages.items():
        if not message.waits:
            raise ProfileError(f"dhcp.messages.{purpose}.waits: empty")
        filled = _FILLED[purpose]
        for code in message.options:
            if code not in filled and (purpose, code) not in values:
                raise ProfileError(f"dhcp.messages.{purpose}.options: {code} has no value")
