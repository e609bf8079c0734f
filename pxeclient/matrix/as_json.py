"""The table as one JSON object; ``docs/reference/matrix.md`` documents it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from pxeclient.architectures import architecture
from pxeclient.matrix.row import Cell, Fetched, Row
from pxeclient.matrix.verdict import all_boot

if TYPE_CHECKING:
    from pxeclient.schemas import matrix as shapes

SCHEMA: Final = "pxeclient-matrix/3"
"""Grows by new keys only; any other change makes it /4."""


def as_json(
    rows: Sequence[Row],
    where: str,
    notice: str,
    ended: str,
    exit_code: int,
    cited: shapes.Cited,
) -> shapes.Matrix:
    """The whole table.

    Args:
        rows: What came of each boot.
        where: The servers, such as ``practice network plain-dhcp``.
        notice: What is to be known of them; often empty.
        ended: Why not all had their turn; empty if all had.
        exit_code: The status that the command ends with.
        cited: What is wrong with the servers (`advice.as_json`), and if there was time for it.
    """
    return {
        "schema": SCHEMA,
        "network": where,
        "notice": notice or None,
        "all_boot": all_boot(rows),
        "stopped": ended or None,
        "exit_code": exit_code,
        "rows": [_row(row) for row in rows],
        **cited,
    }


def _row(row: Row) -> shapes.Row:
    is_stopped = row.result is Cell.STOPPED
    asked: shapes.AskedFile | None = None
    if row.file is not None and row.server is not None:
        asked = {"name": row.file, "server": row.server}
    return {
        "profile": row.profile,
        "profile_version": row.profile_version,
        "title": row.title,
        "architecture": row.architecture,
        "architecture_name": None
        if row.architecture is None
        else architecture(row.architecture).name,
        "claimed": row.claimed,
        "mac": row.mac,
        # Why it was stopped is what came of it, as of a boot by itself.
        "result": row.failure or "stopped" if is_stopped else row.result.value,
        "asked_file": asked,
        "boot_file": None if row.fetched is None or asked is None else _file(asked, row.fetched),
        "asked_on_4011": [
            {
                "address": one.address,
                "boot_server_type": one.boot_server_type,
                "times": one.times,
            }
            for one in row.asked
        ],
        "failure": None if is_stopped else row.failure,
        "code": row.code,
        "text": row.text,
        "because": row.because,
        "seconds": None if row.seconds is None else round(row.seconds, 6),
        "remark": row.remark,
        "stages": list(row.stages),
    }


def _file(asked: shapes.AskedFile, found: Fetched) -> shapes.FetchedFile:
    return {
        **asked,
        "named_by": found.named_by,
        "size": found.size,
        "sha256": found.sha256,
        "kind": found.kind,
        "kind_words": found.kind_words,
        "pe_machine": found.pe_machine,
        "fit": found.fit.value,
    }
