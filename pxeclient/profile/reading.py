"""A profile's document, checked key by key and made into traits."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from pxeclient.boot.machine import Machine, nic_of
from pxeclient.boot.policy import Policy
from pxeclient.boot.traits import Traits
from pxeclient.decisions import Known
from pxeclient.firmware.edk2 import EDK2
from pxeclient.firmware.edk2.switches import SWITCHES as EDK2_SWITCHES
from pxeclient.firmware.intel21 import INTEL21
from pxeclient.firmware.intel21.switches import SWITCHES as INTEL21_SWITCHES
from pxeclient.firmware.ipxe import IPXE, IPXE_2019, IPXE_EFI, IPXE_EFI_2019
from pxeclient.harmless import REPLACED, clean, cleaned
from pxeclient.nbp import KINDS
from pxeclient.profile.checks import check, check_messages
from pxeclient.profile.evidence import FORMS, capped, evidence_of, leaves, source, told_apart
from pxeclient.profile.model import Profile, ProfileError, Variant
from pxeclient.profile.variants import choose, set_value, texts, variants_of
from pxeclient.profile.versions import version_of
from pxeclient.spelling import close
from pxeclient.wire.addresses import Mac

POLICIES = {
    policy.name: policy for policy in (IPXE, IPXE_2019, IPXE_EFI, IPXE_EFI_2019, INTEL21, EDK2)
}
"""The families' decision tables, by the name that a profile calls them."""

SWITCHES = {INTEL21.name: INTEL21_SWITCHES, EDK2.name: EDK2_SWITCHES}
"""Changes to a family's tables, by the name that a profile or a variant calls them."""

KindT = TypeVar("KindT")

_HEAD = ("name", "title", "summary", "policy")
_SHOWN = ("screen", "failures")
"""The tables whose texts are for people alone, and are on no wire. Failures are told elsewhere,
too, where nothing moves."""
_MOVES = frozenset("\b\r")
"""What a firmware's screen knows besides signs: back by one, and back to the line's beginning."""


def profile_of(path: Path, data: dict[str, Any], wanted: tuple[str, ...] = ()) -> Profile:
    """The profile that a document describes, with the variants that are `wanted`.

    Raises:
        ProfileError: Something in it is wrong; names the key and says why.
    """
    head = {key: clean(_text(data, key)) for key in _HEAD}
    if head["policy"] not in POLICIES:
        raise ProfileError(f"policy: {head['policy']!r} is not one of {', '.join(POLICIES)}")
    notes = data.pop("evidence", None)
    if not isinstance(notes, dict):
        raise ProfileError("evidence: missing; it says how each value is known")
    known = variants_of(data.pop("variants", {}))
    chosen = choose(known, wanted)
    switches = texts(data.pop("switches", []), "switches")
    description = data.pop("description", "")
    if not isinstance(description, str):
        raise ProfileError("description: not a text")
    unknown = cleaned(texts(data.pop("unknown", []), "unknown"))
    body = {key: value for key, value in data.items() if key not in _HEAD}
    varied = _vary(body, chosen)
    for key in _SHOWN:
        if key in body:
            body[key] = _fit_to_show(body[key], _MOVES if key == "screen" else frozenset())
    values = dict(leaves(body))
    machine = _machine(body.pop("machine", {}))
    runs = _runs(body.pop("runs", None))
    traits = _traits(head["name"], body)
    check(traits, machine)
    policy = _policy(head["policy"], switches, "switches")
    if "decisions" in notes:
        policy = capped(policy, source("decisions", notes.pop("decisions")))
    policy = told_apart(policy, notes)
    for variant in chosen:
        policy = _switched(policy, variant.switches, f"variants.{variant.name}.switches")
    check_messages(traits, policy)
    evidence = evidence_of(values, notes) | varied
    return Profile(
        "+".join((head["name"], *(variant.name for variant in chosen))),
        head["title"],
        head["summary"],
        policy,
        traits,
        machine,
        values,
        evidence,
        path,
        known,
        runs,
        chosen,
        clean(description).strip(),
        unknown,
        version_of(policy, values, runs),
    )


def _fit_to_show(value: Any, moves: frozenset[str]) -> Any:
    """The texts in a value without what no screen shows."""
    match value:
        case str():
            lone = value.replace("\n", REPLACED).replace("\t", REPLACED)
            return "".join(sign if sign in moves else clean(sign) for sign in lone)
        case list():
            return [_fit_to_show(one, moves) for one in value]
        case dict():
            return {key: _fit_to_show(one, moves) for key, one in value.items()}
        case _:
            return value


def _runs(value: Any) -> tuple[str, ...]:
    """The kinds of boot file that the firmware starts."""
    if not value:
        raise ProfileError("runs: missing; it says which kinds of boot file the firmware starts")
    for kind in texts(value, "runs"):
        if kind not in KINDS:
            raise ProfileError(f"runs: {kind!r} is not one of {', '.join(KINDS)}")
    return tuple(value)


def _vary(body: dict[str, Any], chosen: tuple[Variant, ...]) -> dict[str, Known]:
    """Put the values of the chosen variants into the document; how well each is known."""
    found = {}
    for variant in chosen:
        for key, value in variant.values.items():
            set_value(body, key, value, f"variants.{variant.name}.values")
            found[key] = variant.source
    return found


def _policy(family: str, switches: tuple[str, ...], where: str) -> Policy:
    return _switched(POLICIES[family], switches, where)


def _switched(policy: Policy, switches: tuple[str, ...], where: str) -> Policy:
    """The policy with these changes to its tables."""
    known = SWITCHES.get(policy.name, {})
    for name in switches:
        if name not in known:
            raise ProfileError(f"{where}: {policy.name} has no switch {name!r}")
        policy = known[name](policy)
    return policy


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise ProfileError(f"{key}: missing, or not a text")
    return value


def _machine(data: Any) -> Machine:
    if not isinstance(data, dict):
        raise ProfileError("machine: not a table")
    try:
        return Machine(
            mac=Mac.from_text(str(data.get("mac"))),
            uuid=_uuid(str(data.get("uuid"))),
            nic=nic_of(str(data.get("nic"))),
        )
    except ValueError as error:
        raise ProfileError(f"machine: {error}") from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a UUID") from None


def _traits(name: str, body: dict[str, Any]) -> Traits:
    dhcp = body.get("dhcp")
    if not isinstance(dhcp, dict):
        raise ProfileError("dhcp: missing")
    dhcp["values"] = _templates(dhcp.get("values", {}), "dhcp.values")
    messages = dhcp.get("messages", {})
    if not isinstance(messages, dict):
        raise ProfileError("dhcp.messages: not a table")
    for purpose, message in messages.items():
        if isinstance(message, dict) and "values" in message:
            where = f"dhcp.messages.{purpose}.values"
            message["values"] = _templates(message["values"], where)
    return converted({"name": name, **body}, Traits)


def converted(data: dict[str, Any], kind: type[KindT]) -> KindT:
    """A document's values as a dataclass, whose parts are dataclasses and may be optional.

    Raises:
        ProfileError: A key is unknown or missing, or a value is of another type; names it.
    """
    try:
        return msgspec.convert(_named(data, kind, ""), kind, strict=True, str_keys=True)
    except msgspec.ValidationError as error:
        raise ProfileError(str(error).replace("`", "").replace("_", "-")) from None


def _named(data: Any, kind: Any, where: str) -> Any:
    """Keys as Python writes them; unknown ones are an error, which msgspec leaves to us."""
    fields = getattr(kind, "__dataclass_fields__", None)
    if fields is None or not isinstance(data, dict):
        return data
    types = _field_types(kind)
    known = {name.replace("_", "-"): name for name in fields}
    for key in data:
        if key not in known:
            hint = close(key, known)
            raise ProfileError(f"{where}{key}: no such key{hint and f'; {hint}'}")
    return {
        known[key]: _nested(value, types[known[key]], f"{where}{key}.")
        for key, value in data.items()
    }


@cache
def _field_types(kind: type) -> dict[str, Any]:
    """What each field of a dataclass takes; msgspec works it out anew each time it is asked."""
    hints = msgspec.inspect.type_info(kind)
    return {field.name: field.type for field in getattr(hints, "fields", ())}


def _nested(value: Any, info: Any, where: str) -> Any:
    match info:
        case msgspec.inspect.DataclassType():
            return _named(value, info.cls, where)
        case msgspec.inspect.UnionType() if isinstance(value, dict):
            # A part that may be absent: one of the types is that of None.
            tables = (one for one in info.types if not isinstance(one, msgspec.inspect.NoneType))
            return _nested(value, next(tables), where)
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


def _templates(values: Any, where: str) -> dict[str, str]:
    """Option values as hexadecimal templates, whatever form they are written in."""
    if not isinstance(values, dict):
        raise ProfileError(f"{where}: not a table of option values")
    return {code: _template(code, value, f"{where}.{code}") for code, value in values.items()}


def _template(code: str, value: Any, where: str) -> str:
    if not (code.isascii() and code.isdigit()) or not 0 < int(code) < 255:
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
            raise ProfileError(f"{where}: not one of {{{' = …}, {'.join(FORMS)} = …}} that fits")


def _is_octet(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value <= 255
