"""Options as scenarios write them: ``[code, "type", value]``.

=============== ========================================= ==============================
type            value                                     octets
=============== ========================================= ==============================
``ip``          ``"10.77.0.1"``                           4
``ips``         ``["10.77.0.1", …]``                      4 each
``str``         text                                      Latin-1
``strz``        text                                      Latin-1 and a NUL
``hex``         ``"06 01 08 ff"``                         as written
``u8 u16 u32``  number                                    1, 2, 4, network order
``u16le``       number                                    2, Intel order (43.2, 43.3)
``bootservers`` ``[[type, ["10.77.0.5", …]], …]``         as in 43.8
``menu``        ``[[type, "text"], …]``                   as in 43.9
``prompt``      ``[timeout, "text"]``                     as in 43.10
``item``        ``[type, layer]``                         as in 43.71
``sub``         ``[[code, "type", value], …]``            these options, and an END
``echo``        none                                      the request's option of that code
``subitem``     none                                      the request's 43.71
=============== ========================================= ==============================

An ``echo`` or ``subitem`` of something that the request lacks is left out.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address
from typing import Annotated, Any

import msgspec

from pxeclient.practice.request import Request
from pxeclient.wire import dhcp, pxe
from pxeclient.wire.addresses import Mac

U8 = Annotated[int, msgspec.Meta(ge=0, le=0xFF)]
U16 = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
U32 = Annotated[int, msgspec.Meta(ge=0, le=0xFFFFFFFF)]


class OptionSpec(msgspec.Struct, array_like=True, frozen=True, forbid_unknown_fields=True):
    """One option of a scripted reply.

    Raises:
        ValueError: The type is unknown, or the value is not of that type.
    """

    code: U8
    type: str
    value: Any = None
    """As written when constructed; afterwards octets, `OptionSpec`s (``sub``) or None."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "value", self._read_value())

    def _read_value(self) -> bytes | tuple[OptionSpec, ...] | None:
        match self.type:
            case "echo" | "subitem":
                return None
            case "sub":
                return _read_suboptions(self.value)
            case _ if self.type in _ENCODERS:
                kind, encode = _ENCODERS[self.type]
                return encode(_convert(self.value, kind))
            case _:
                known = ", ".join([*_ENCODERS, "sub", "echo", "subitem"])
                raise ValueError(f"{self.type!r} is not an option type ({known}) - at `$[1]`")

    @property
    def is_fixed(self) -> bool:
        """The octets are the same whatever the request says."""
        if self.type == "sub":
            return all(option.is_fixed for option in self.value)
        return self.type not in ("echo", "subitem")

    def encode(self, request: Request | None) -> tuple[dhcp.Option, ...]:
        """The options on the wire: one, none, or several where 255 octets do not suffice."""
        data: bytes | None
        match self.type:
            case "echo":
                data = request.options.get(self.code) if request else None
            case "subitem":
                data = request.item if request else None
            case "sub":
                data = pxe.build_suboptions(encode(self.value, request))
            case _:
                data = self.value
        if data is None:
            return ()
        if self.code in (dhcp.PAD, dhcp.END):
            return (dhcp.Option(self.code),)
        return dhcp.split_long(self.code, data)


def encode(options: Iterable[OptionSpec], request: Request | None) -> tuple[dhcp.Option, ...]:
    """The options on the wire, in order, without an END of their own."""
    return tuple(made for option in options for made in option.encode(request))


def area(options: Iterable[OptionSpec], request: Request | None) -> bytes:
    """An option area: the options' octets and END."""
    return dhcp.build_options((*encode(options, request), dhcp.Option(dhcp.END)))


def from_text(wanted: type, value: object) -> object:
    """What msgspec calls for the types it does not know: addresses from their text.

    Raises:
        ValueError: The text is no such address.
    """
    if wanted is Mac:
        if not isinstance(value, str):
            raise ValueError(f"{value!r} is not a MAC address")
        return Mac.from_text(value)
    assert wanted is IPv4Address
    try:
        return IPv4Address(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError(f"{value!r} is not an IPv4 address") from None


def latin1(text: str) -> bytes:
    """The text's octets.

    Raises:
        ValueError: It has characters beyond Latin-1.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError(f"{text!r} has characters beyond Latin-1") from None


def _convert(value: object, wanted: Any) -> Any:
    try:
        return msgspec.convert(value, wanted, dec_hook=from_text)
    except msgspec.ValidationError as error:
        # The value stands third in its option; the outer conversion adds where that is.
        raise ValueError(f"{error} - at `$[2]`") from None


def _read_suboptions(value: object) -> tuple[OptionSpec, ...]:
    options: tuple[OptionSpec, ...] = _convert(value, tuple[OptionSpec, ...])
    for option in options:
        if isinstance(option.value, bytes) and len(option.value) > 255:
            # RFC 3396 splits options; nothing is said of options inside options.
            raise ValueError(
                f"sub-option {option.code} has {len(option.value)} octets, 255 fit - at `$[2]`"
            )
    return options


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise ValueError(f"{text!r} is not pairs of hexadecimal digits - at `$[2]`") from None


def _menu(items: list[tuple[int, str]]) -> bytes:
    entries = [pxe.MenuItem(number, text.encode()) for number, text in items]
    for entry in entries:
        if len(entry.text) > 255:
            raise ValueError(f"a menu line has {len(entry.text)} octets, 255 fit - at `$[2]`")
    return pxe.build_menu(entries)


def _boot_servers(entries: list[tuple[int, tuple[IPv4Address, ...]]]) -> bytes:
    if any(len(addresses) > 255 for _, addresses in entries):
        raise ValueError("a boot server type has more than 255 addresses - at `$[2]`")
    return pxe.build_boot_servers(pxe.BootServers(*entry) for entry in entries)


_ENCODERS: dict[str, tuple[Any, Callable[[Any], bytes]]] = {
    "ip": (IPv4Address, lambda address: address.packed),
    "ips": (list[IPv4Address], lambda many: b"".join(address.packed for address in many)),
    "str": (str, latin1),
    "strz": (str, lambda text: latin1(text) + b"\0"),
    "hex": (str, _hex),
    "u8": (U8, lambda number: struct.pack("!B", number)),
    "u16": (U16, lambda number: struct.pack("!H", number)),
    "u16le": (U16, lambda number: struct.pack("<H", number)),
    "u32": (U32, lambda number: struct.pack("!I", number)),
    "bootservers": (list[tuple[U16, tuple[IPv4Address, ...]]], _boot_servers),
    "menu": (list[tuple[U16, str]], _menu),
    "prompt": (tuple[U8, str], lambda prompt: bytes((prompt[0],)) + prompt[1].encode()),
    "item": (tuple[U16, U16], lambda item: struct.pack("!HH", *item)),
}
