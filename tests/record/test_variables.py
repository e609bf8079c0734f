"""UEFI variable stores: read, changed, and read again."""

from __future__ import annotations

import struct
from uuid import UUID

import pytest

from tools.record.variables import GLOBAL, Store, StoreError, starting

_HEADER = 72
_OTHER = UUID("9fb9a8a1-2f4a-43a6-889c-d0f7b6c47ad5")


def empty(size: int = 4096) -> Store:
    """A store without variables, as EDK II formats it."""
    image = bytearray(b"\xff" * size)
    image[:_HEADER] = bytes(_HEADER)
    struct.pack_into("<H", image, 48, _HEADER)
    image[_HEADER : _HEADER + 28] = bytes(16) + struct.pack("<I8x", size - _HEADER)
    return Store(image)


def option(title: str) -> bytes:
    """An EFI_LOAD_OPTION without a path."""
    return struct.pack("<IH", 1, 0) + f"{title}\0".encode("utf-16-le")


def populated() -> Store:
    """The store of a machine that has booted once."""
    store = empty()
    store.set("BootOrder", GLOBAL, struct.pack("<3H", 0, 1, 2))
    store.set("Boot0000", GLOBAL, option("UiApp"))
    store.set("Boot0001", GLOBAL, option("UEFI PXEv4 (MAC:525400123456)"))
    store.set("Boot0002", GLOBAL, option("UEFI HTTPv6 (MAC:525400123456)"))
    store.set("ClientId", _OTHER, b"\x01\x02\x03")
    return store


def test_a_variable_is_what_it_was_set_to() -> None:
    """The last value holds; the old one is there no longer."""
    store = empty()
    assert list(store.variables()) == []
    store.set("A", GLOBAL, b"one")
    store.set("Other", _OTHER, b"x" * 7)
    store.set("A", GLOBAL, b"other")
    assert [(one.name, one.vendor, one.data) for one in store.variables()] == [
        ("Other", _OTHER, b"x" * 7),
        ("A", GLOBAL, b"other"),
    ]
    store.delete("A")
    store.delete("A")
    assert store.get("A") is None


def test_an_option_is_started_next() -> None:
    """By its number; the client's DHCPv6 identifier is made anew."""
    store = Store(bytearray(starting(bytes(populated().image), "http6")))
    found = store.get("BootNext")
    assert found is not None
    assert (found.data, found.vendor) == (b"\2\0", GLOBAL)
    assert store.get("ClientId") is None


def test_an_option_is_first() -> None:
    """The others stay behind it."""
    store = Store(bytearray(starting(bytes(populated().image), "http6", first=True)))
    order = store.get("BootOrder")
    assert order is not None
    assert order.data == struct.pack("<3H", 2, 0, 1)
    assert store.get("BootNext") is None


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("http4", "the firmware has made no boot option HTTPv4"), ("floppy", "'floppy' is no boot")],
)
def test_an_option_that_is_not_there(wanted: str, words: str) -> None:
    """It is named."""
    with pytest.raises(StoreError, match=words):
        starting(bytes(populated().image), wanted)


def test_a_full_store() -> None:
    """Nothing behind it is overwritten."""
    store = empty(_HEADER + 28 + 200)
    store.set("A", GLOBAL, bytes(100))
    before = bytes(store.image)
    with pytest.raises(StoreError, match="no room for B"):
        store.set("B", GLOBAL, bytes(100))
    assert bytes(store.image) == before
