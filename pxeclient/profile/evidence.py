"""How well each value of a profile is known: its ``[evidence]`` table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pxeclient.boot.policy import Policy
from pxeclient.decisions import Evidence, Known
from pxeclient.harmless import clean
from pxeclient.profile.model import ProfileError

FORMS = ("hex", "text", "codes", "u8", "u16", "u32")
"""The forms of an option value."""


def leaves(data: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The values of a document, by dotted key; an option value such as {u16 = 5} is one."""
    for key, value in data.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and not (set(value) <= set(FORMS) and value):
            yield from leaves(value, f"{name}.")
        else:
            yield name, value


def evidence_of(values: dict[str, object], notes: dict[str, Any]) -> dict[str, Known]:
    """The source of each value: the longest entry that covers its key.

    Raises:
        ProfileError: A value that no entry covers, or an entry that covers none.
    """
    sources = {key: source(key, note) for key, note in notes.items()}
    found: dict[str, Known] = {}
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


def source(key: str, note: Any) -> Known:
    """One entry, such as ``["observed", "recording no-server"]``.

    Raises:
        ProfileError: It is not a pair of level and source.
    """
    if not (isinstance(note, list) and len(note) == 2 and all(isinstance(x, str) for x in note)):
        raise ProfileError(f"evidence.{key!r}: not a pair of level and source")
    try:
        return Known(Evidence(note[0]), clean(note[1]))
    except ValueError:
        levels = ", ".join(Evidence)
        raise ProfileError(f"evidence.{key!r}: {note[0]!r} is not one of {levels}") from None


def capped(policy: Policy, cap: Known) -> Policy:
    """The same decisions for a firmware that they are less well known of.

    Rules that are known better than `cap` are known as well as `cap`; where it comes from is
    said before where the rule comes from. Where a specification is the cap, what was seen or
    read of a firmware is not specified by that: it is inferred.
    """
    order = list(Evidence)
    level = Evidence.INFERRED if cap.level is Evidence.SPECIFIED else cap.level

    def cap_rule(rule: Any) -> Any:
        if order.index(rule.source.level) >= order.index(cap.level):
            return rule
        where = f"{cap.where} ({rule.source.level}: {rule.source.where})"
        return replace(rule, source=Known(level, where))

    fields = {
        name: replace(table, rules=tuple(map(cap_rule, table.rules)))
        for name in policy.__dataclass_fields__
        if name != "name" and (table := getattr(policy, name))
    }
    return replace(policy, **fields)


def told_apart(policy: Policy, notes: dict[str, Any]) -> Policy:
    """The same decisions, where single rules are known better than the rest.

    An entry ``"decisions.QUESTION.RULE"`` says so; each is taken out of `notes`.

    Raises:
        ProfileError: There is no such rule.
    """
    for key in [key for key in notes if key.startswith("decisions.")]:
        known = source(key, notes.pop(key))
        _, question, rule = (*key.split(".", 2), "")[:3]
        name = question.replace("-", "_")
        table = getattr(policy, name, None) if name in policy.__dataclass_fields__ else None
        if name == "name" or table is None or rule not in (one.id for one in table.rules):
            raise ProfileError(f"evidence.{key!r}: {policy.name} has no such rule")
        rules = tuple(replace(one, source=known) if one.id == rule else one for one in table.rules)
        policy = replace(policy, **{name: replace(table, rules=rules)})
    return policy
