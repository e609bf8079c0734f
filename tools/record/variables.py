"""UEFI variable stores that start one chosen boot option (EDK II, MdeModulePkg/Include/Guid).

UEFI firmware tries its network options in an order of its own, PXE over IPv4 first. To record
another one, the machine boots once with an empty store (`populated`), so that it makes its own
Boot#### options; then BootNext names the wanted one. The DHCPv6 client identifier, which EDK II
keeps, is deleted, so that each recording makes a new one.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

GLOBAL = UUID("8be4df61-93ca-11d2-aa0d-00e098032b8c")
"""EFI_GLOBAL_VARIABLE."""
BOOT_OPTIONS = {"pxe4": "PXEv4", "pxe6": "PXEv6", "http4": "HTTPv4", "http6": "HTTPv6"}
"""What scenarios call them, and what their descriptions begin with."""
KEPT = 7
"""Non-volatile, and there while booting and afterwards."""

_VOLUME_HEADER_LENGTH = 48
_STORE_HEADER, _STORE_SIZE = 28, 16
"""VARIABLE_STORE_HEADER: its octets, and where in it the store's size is."""
_VARIABLE = struct.Struct("<HBBIQ16sIII16s")
"""AUTHENTICATED_VARIABLE_HEADER: start id, state, reserved, attributes, count, time, key, sizes of
name and data, vendor."""
_START, _ADDED, _DELETED = 0x55AA, 0x3F, 0x3D
_ERASED = 0xFF


class StoreError(ValueError):
    """A variable store is not what it should be."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable that holds."""

    name: str
    vendor: UUID
    data: bytes
    place: int
    """Where its header begins."""


@dataclass(slots=True)
class Store:
    """A flash image with a variable store at its beginning."""

    image: bytearray

    def variables(self) -> Iterator[Variable]:
        """Those that hold, in the order in which they were set."""
        at = self._first
        while header := self._header(at):
            state, name_size, data_size, vendor = header
            name_at = at + _VARIABLE.size
            data_at = name_at + name_size
            if state == _ADDED:
                name = self.image[name_at:data_at].decode("utf-16-le").rstrip("\0")
                data = bytes(self.image[data_at : data_at + data_size])
                yield Variable(name, UUID(bytes_le=vendor), data, at)
            at = _aligned(data_at + data_size)

    def get(self, name: str) -> Variable | None:
        """The variable of that name."""
        return next((one for one in self.variables() if one.name == name), None)

    def delete(self, name: str) -> None:
        """Make it not hold; harmless if there is none."""
        found = self.get(name)
        if found is not None:
            self.image[found.place + 2] &= _DELETED

    def set(self, name: str, vendor: UUID, data: bytes) -> None:
        """Give a variable a value.

        Raises:
            StoreError: There is no room.
        """
        self.delete(name)
        at = self._first
        while header := self._header(at):
            at = _aligned(at + _VARIABLE.size + header[1] + header[2])
        text = f"{name}\0".encode("utf-16-le")
        sizes = len(text), len(data)
        head = _VARIABLE.pack(
            _START, _ADDED, 0, KEPT, 0, bytes(16), 0, *sizes, vendor.bytes_le
        )  # fmt: skip
        whole = head + text + data
        free = self.image[at : min(at + len(whole), self._end)]
        if len(free) < len(whole) or any(octet != _ERASED for octet in free):
            raise StoreError(f"no room for {name} in the variable store")
        self.image[at : at + len(whole)] = whole

    @property
    def _first(self) -> int:
        (length,) = struct.unpack_from("<H", self.image, _VOLUME_HEADER_LENGTH)
        return int(length) + _STORE_HEADER

    @property
    def _end(self) -> int:
        start = self._first - _STORE_HEADER
        (size,) = struct.unpack_from("<I", self.image, start + _STORE_SIZE)
        return start + int(size)

    def _header(self, at: int) -> tuple[int, int, int, bytes] | None:
        if at + _VARIABLE.size > self._end:
            return None
        start, state, *_, name_size, data_size, vendor = _VARIABLE.unpack_from(self.image, at)
        return (state, name_size, data_size, vendor) if start == _START else None


def _aligned(at: int) -> int:
    return (at + 3) & ~3


def starting(populated: bytes, option: str, first: bool = False) -> bytes:
    """A store whose machine starts an option next; or (`first`) puts it first in its order.

    Raises:
        StoreError: The firmware has made no such option.
    """
    store = Store(bytearray(populated))
    number = _number(store, option)
    code = struct.pack("<H", number)
    if first:
        order = store.get("BootOrder")
        others = struct.iter_unpack("<H", order.data if order else b"")
        rest = [other for (other,) in others if other != number]
        store.set("BootOrder", GLOBAL, struct.pack(f"<{len(rest) + 1}H", number, *rest))
    else:
        store.set("BootNext", GLOBAL, code)
    store.delete("ClientId")
    return bytes(store.image)


def _number(store: Store, option: str) -> int:
    wanted = BOOT_OPTIONS.get(option)
    if wanted is None:
        known = ", ".join(BOOT_OPTIONS)
        raise StoreError(f"{option!r} is no boot option that can be started ({known})")
    for variable in store.variables():
        numbered = re.fullmatch(r"Boot([0-9A-F]{4})", variable.name)
        # EFI_LOAD_OPTION: attributes, length of the path, then the description.
        title = variable.data[6:].decode("utf-16-le", "replace").split("\0")[0]
        if numbered and f"{wanted} (" in title:
            return int(numbered.group(1), 16)
    raise StoreError(f"the firmware has made no boot option {wanted}")
