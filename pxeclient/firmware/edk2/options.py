"""Which option areas EDK II accepts: one bad option drops the whole packet.

Source: ``NetworkPkg/Dhcp4Dxe/Dhcp4Option.c:16-102, 360-363``.
"""

from __future__ import annotations

from collections.abc import Callable

from pxeclient.wire.dhcp import END, PAD, Message, Option, scan_options

_CHECKS: dict[int, Callable[[int], bool]] = {
    1: lambda size: size == 4,
    3: lambda size: size % 4 == 0,
    6: lambda size: size % 4 == 0,
    13: lambda size: size == 2,
    26: lambda size: size == 2,
    28: lambda size: size == 4,
    42: lambda size: size % 4 == 0,
    50: lambda size: size == 4,
    51: lambda size: size == 4,
    52: lambda size: size == 1,
    53: lambda size: size == 1,
    54: lambda size: size == 4,
    57: lambda size: size == 2,
    58: lambda size: size == 4,
    59: lambda size: size == 4,
    61: lambda size: size >= 2,
    121: lambda size: size >= 5,
}
"""Lengths that the options must have; those of length 0 are not looked at."""


def is_broken(message: Message) -> bool:
    """An option area lacks its END, or an option has a length or value that it cannot have."""
    if message.fault() is not None:
        return True
    overload = next((option.data for option in message.options if option.code == 52), b"\0")
    fields = [message.file] * bool(overload[:1] and overload[0] & 1)
    fields += [message.sname] * bool(overload[:1] and overload[0] & 2)
    areas = [message.options, *(scan_options(field)[0] for field in fields)]
    if any(not area or area[-1].code != END for area in areas):
        return True
    return any(_is_bad(option) for area in areas for option in area)


def _is_bad(option: Option) -> bool:
    if option.code in (PAD, END) or not option.data:
        return False
    check = _CHECKS.get(option.code)
    if check is not None and not check(len(option.data)):
        return True
    if option.code == 53:
        return not 1 <= option.data[0] <= 9
    return option.code == 52 and not 1 <= option.data[0] <= 3
