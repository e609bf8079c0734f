"""The table as one JSON object; ``docs/reference/matrix.md`` documents it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pxeclient.architectures import architecture
from pxeclient.matrix.row import Row
from pxeclient.matrix.verdict import all_boot

SCHEMA = "pxeclient-matrix/2"
"""Grows by new keys only; any other change makes it /3."""


def as_json(rows: Sequence[Row], where: str, notice: str, ended: str, exit_code: int) -> Any:
    """The whole table.

    Args:
        rows: What came of each boot.
        where: The servers, such as ``practice network plain-dhcp``.
        notice: What is to be known of them; often empty.
        ended: Why not all had their turn; empty if all had.
        exit_code: The status that the command ends with.
    """
    return {
        "schema": SCHEMA,
        "network": where,
        "notice": notice or None,
        "all_boot": all_boot(rows),
        "stopped": ended or None,
        "exit_code": exit_code,
        "rows": [_row(row) for row in rows],
    }


def _row(row: Row) -> dict[str, Any]:
    found = row.fetched
    asked = None if row.file is None else {"name": row.file, "server": row.server}
    return {
        "profile": row.profile,
        "title": row.title,
        "architecture": row.architecture,
        "architecture_name": None
        if row.architecture is None
        else architecture(row.architecture).name,
        "claimed": row.claimed,
        "mac": row.mac,
        "result": row.result.value,
        "asked_file": asked,
        "boot_file": None
        if found is None or asked is None
        else asked | asdict(found) | {"fit": found.fit.value},
        "asked_on_4011": [asdict(one) for one in row.asked],
        "failure": row.failure,
        "code": row.code,
        "text": row.text,
        "because": row.because,
        "seconds": None if row.seconds is None else round(row.seconds, 6),
        "remark": row.remark,
        "stages": [dict(one) for one in row.stages],
    }
