"""scapy's reader of pcapng, with what it passes over (draft-ietf-opsawg-pcapng §4.1 to §4.4)."""

from __future__ import annotations

from scapy.utils import RawPcapNgReader

_UNLIMITED = 0xFFFFFFFF


class Sections(RawPcapNgReader):
    """Interfaces are numbered anew in every section, and a snap length of 0 is none."""

    section = 0
    interface = (0, 0)
    """Of the latest frame: its section, and the interface there."""

    def _read_block_shb(self) -> None:
        super()._read_block_shb()
        self.interfaces = []
        self.section += 1

    def _read_block_idb(self, block: bytes, size: int) -> None:
        super()._read_block_idb(block, size)
        linktype, snaplen, options = self.interfaces[-1]
        self.interfaces[-1] = (linktype, snaplen or _UNLIMITED, options)

    def _check_interface_id(self, intid: int) -> bool:
        self.interface = (self.section, intid)
        return bool(super()._check_interface_id(intid))
