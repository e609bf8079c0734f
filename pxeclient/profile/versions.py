"""Which state of a profile it is, so that two boots can be known to be of the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256

from pxeclient.boot.policy import Policy
from pxeclient.profile.model import tables

_DIGITS = 12


def version_of(policy: Policy, values: Mapping[str, object], runs: Sequence[str]) -> str:
    """Twelve hexadecimal digits of SHA-256 over all that a boot depends on.

    That is every value, and which rules answer which question how, in their order. What is said
    of them (evidence, reasons, titles) changes nothing, nor does how the file is written. What
    conditions look at is code, and goes with the version of pxeclient.

    Args:
        policy: Its decision tables, variants included.
        values: Its values by dotted key, variants included.
        runs: The kinds of boot file that it starts.
    """
    rules = [
        [table.question, [[rule.id, rule.then.name] for rule in table.rules]]
        for table in tables(policy)
    ]
    whole = json.dumps([values, rules, list(runs)], sort_keys=True, default=str)
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
