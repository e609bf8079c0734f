"""Values of options, checked in the same way by all commands; and being told to end."""

from __future__ import annotations

import math
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Literal
from uuid import UUID

import click

from pxeclient.boot.menu.keys import check_key
from pxeclient.link.paced import LEAST as LEAST_PACE
from pxeclient.link.paced import MOST as MOST_PACE
from pxeclient.wire.addresses import Mac


def station_mac(ctx: click.Context, param: click.Parameter, text: str | None) -> Mac | None:
    """A MAC address that a station can have."""
    if text is None:
        return None
    try:
        return Mac.of_station(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


OWN = "own"
"""For a MAC address: that of the interface itself."""


def own_or_mac(
    ctx: click.Context, param: click.Parameter, text: str | None
) -> Mac | Literal["own"] | None:
    """A MAC address that a station can have, or the word for the interface's."""
    return "own" if text == OWN else station_mac(ctx, param, text)


def any_mac(ctx: click.Context, param: click.Parameter, text: str | None) -> Mac | None:
    """A MAC address as captures have it."""
    try:
        return None if text is None else Mac.from_text(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def uuid_of(ctx: click.Context, param: click.Parameter, text: str | None) -> UUID | None:
    """A UUID."""
    try:
        return None if text is None else UUID(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a UUID") from None


def seconds(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """A number of seconds."""
    if value is not None and math.isnan(value):
        raise click.BadParameter(f"{value} is no number of seconds")
    return value


def pace(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """Seconds outside for one of the firmware's; 0 is for who can do without waiting."""
    if value is None or value == 0 or LEAST_PACE <= value <= MOST_PACE:
        return value
    raise click.BadParameter(
        f"{value:g} is no pace: from {LEAST_PACE:g} (a thousand times as fast as the firmware) to"
        f" {MOST_PACE:g} (a thousand times as slow)"
    )


def check_waits(scale: float | None) -> None:
    """Refuse a pace that only a practice network can have.

    Raises:
        click.UsageError: No server on a wire can do without time.
    """
    if scale == 0:
        raise click.UsageError("--time-scale 0 is for the practice network only")


def key_names(
    ctx: click.Context, param: click.Parameter, names: tuple[str, ...]
) -> tuple[str, ...]:
    """Keys that a keyboard has."""
    for name in names:
        try:
            check_key(name)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None
    return names


@contextmanager
def ends_as_interrupted() -> Iterator[None]:
    """Treat being told to end as Ctrl-C: interfaces and files are given back.

    SIGTERM tells so, and SIGHUP, when the terminal is gone. What we were started to ignore stays
    ignored, as is the custom: SIGHUP by ``nohup``, SIGINT by a script's ``&``, where Python leaves
    it alone. SIGTERM ends us even then, unless that is ignored, too.
    """
    before = {
        wish: signal.signal(wish, _interrupt)
        for wish in (signal.SIGTERM, signal.SIGHUP)
        if signal.getsignal(wish) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for wish, handler in before.items():
            signal.signal(wish, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
