"""One TFTP transfer, the sending side (RFC 1350, RFC 7440).

The server sends a window of blocks (one block, unless windowsize was agreed) and waits.
An ACK of any block sent so far moves the window behind that block. An ACK of what was
acknowledged before is ignored: answering it would double every later packet ("sorcerer's
apprentice", RFC 1123 §4.2.3.1). Silence repeats the window, a few times.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from pxeclient.practice.boot_files import BootFile
from pxeclient.practice.model import Tftp
from pxeclient.wire import tftp as wire

RETRY_AFTER = 1.5
"""Seconds without an ACK after which a packet or window is sent again."""
TRIES = 4
"""How often it is sent again before the transfer is given up."""
_NUMBERS = 0x10000
"""Block numbers have 16 bits; 0 follows 65535, as every server does it."""

Emit: TypeAlias = Callable[[wire.Message, float], None]
"""Sends a packet to the transfer's client, at that time."""
EmitBlock: TypeAlias = Callable[[int, bytes, float], None]
"""Sends a DATA of that number and content."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The options that hold for a transfer."""

    answers: tuple[tuple[bytes, bytes], ...] = ()
    """What the OACK says; without any there is no OACK."""
    blksize: int = wire.BLOCK
    window: int = 1


class Delivery:
    """Sends one file to one client."""

    def __init__(
        self,
        script: Tftp,
        file: BootFile,
        agreed: Agreement,
        emit: Emit,
        block: EmitBlock | None = None,
    ) -> None:
        self.wake_at: float | None = None
        """When to send again; None before the start and after the end."""
        self._file, self._agreed, self._emit = file, agreed, emit
        self._block = block or self._as_packet
        self._blocks = file.size // agreed.blksize + 1
        self._lost = set(script.drop_blocks)
        self._error_at, self._stall_at = script.error_at_block, script.stall_at_block
        self._shift, self._excess = script.first_block - 1, script.excess
        self._acked = -1 if agreed.answers else 0  # -1: not even the OACK
        self._sent = 0
        self._tries = 0

    def start(self, now: float) -> None:
        """Send the OACK, or the first blocks when there is nothing to agree on."""
        self._repeat(now)

    def acknowledged(self, number: int, now: float) -> None:
        """The client has all up to the block with that 16-bit number."""
        if self.wake_at is None:
            return
        base = max(self._acked, 0)
        number -= self._shift if self._sent else 0  # the OACK is acknowledged with 0
        # Of the blocks with that number, the one nearest to what was acknowledged.
        block = base + (number - base + _NUMBERS // 2) % _NUMBERS - _NUMBERS // 2
        if not self._acked < block <= self._sent:
            return
        self._acked, self._tries = block, 0
        if block == self._blocks:
            self.end()
        else:
            self._send_window(now)

    def end(self) -> None:
        """Nothing more is sent."""
        self.wake_at = None

    def wake(self, now: float) -> None:
        """Repeat what was not acknowledged, or give up."""
        if self.wake_at is None or now < self.wake_at:
            return
        self._tries += 1
        if self._tries > TRIES:
            self.end()
        else:
            self._repeat(now)

    def _as_packet(self, number: int, content: bytes, at: float) -> None:
        self._emit(wire.Data(number, content), at)

    def _repeat(self, now: float) -> None:
        if self._acked < 0:
            self._emit(wire.OptionAck(self._agreed.answers), now)
            self.wake_at = now + RETRY_AFTER
        else:
            self._send_window(now)

    def _send_window(self, now: float) -> None:
        last = min(self._acked + self._agreed.window, self._blocks)
        for block in range(self._acked + 1, last + 1):
            if block == self._error_at:
                self._emit(wire.Error(wire.NOT_DEFINED, b"scripted failure"), now)
                self.end()
                return
            if block == self._stall_at:
                self.end()
                return
            if block in self._lost:
                self._lost.discard(block)
                continue
            size = self._agreed.blksize
            content = self._file.read((block - 1) * size, size)
            if self._excess and len(content) == size:
                content += bytes(self._excess)
            self._block((block + self._shift) % _NUMBERS, content, now)
        self._sent = max(self._sent, last)
        self.wake_at = now + RETRY_AFTER
