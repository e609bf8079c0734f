"""Lists as JSON: what there is to choose from, for programs (`pxeclient.schemas.lists`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from pxeclient.cli.heading import now_headed
from pxeclient.harmless import json_text


def print_list(found: Mapping[str, Any]) -> None:
    """One object on standard output, with the items under the name of what they are."""
    click.echo(json_text(now_headed(found), indent=2))
