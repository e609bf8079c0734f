"""Lists as JSON: what there is to choose from, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from pxeclient.harmless import json_text


def print_list(what: str, items: Sequence[dict[str, Any]]) -> None:
    """One object on standard output, with the items under the name of what they are."""
    click.echo(json_text({"schema": f"pxeclient-{what}/1", what: list(items)}, indent=2))
