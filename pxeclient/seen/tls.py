"""What can be seen of a TLS connection (RFC 8446, RFC 5246): kinds of records, and open alerts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pxeclient.seen.side import Piece

_ALERT, _HANDSHAKE, _APPLICATION = 21, 22, 23
_HEADER = 5
ALERTS = {
    0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 40: "handshake_failure",
    42: "bad_certificate", 43: "unsupported_certificate", 44: "certificate_revoked",
    45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter",
    48: "unknown_ca", 49: "access_denied", 50: "decode_error", 51: "decrypt_error",
    70: "protocol_version", 71: "insufficient_security", 80: "internal_error",
    86: "inappropriate_fallback", 90: "user_canceled", 109: "missing_extension",
    112: "unrecognized_name", 116: "certificate_required",
}  # fmt: skip
"""RFC 8446 §6, RFC 5246 §7.2."""


class Alert(NamedTuple):
    """Why one side gives up, said before anything is encrypted."""

    ours: bool
    code: int
    number: int
    """The frame."""

    @property
    def name(self) -> str:
        """As the RFCs have it."""
        return ALERTS.get(self.code, f"alert {self.code}")


def is_tls(octets: bytes | bytearray) -> bool:
    """A client's first octets begin a handshake."""
    return bytes(octets[:2]) == b"\x16\x03"


@dataclass(slots=True, eq=False)
class Tls:
    """One TLS connection."""

    alert: Alert | None = None
    """The first that could be read."""
    is_under_way: bool = False
    """Both sides send what is encrypted: the handshake came so far that they could."""
    _heads: dict[bool, bytes] = field(default_factory=dict)
    """The beginning of a record, by who sends it."""
    _skips: dict[bool, int] = field(default_factory=dict)
    """Octets of a record that are still to come."""
    _encrypts: set[bool] = field(default_factory=set)
    _lost: set[bool] = field(default_factory=set)
    """Whose records begin nobody knows where."""

    def add(self, piece: Piece, ours: bool) -> None:
        """Take what one side sends next."""
        if ours in self._lost:
            return
        data = self._heads.pop(ours, b"") + piece.octets
        at = self._skips.pop(ours, 0)
        while len(data) - at >= _HEADER:
            kind, size = data[at], int.from_bytes(data[at + 3 : at + 5], "big")
            content = data[at + _HEADER : at + _HEADER + size]
            if kind == _ALERT and len(content) < size == 2:
                break
            self._record(kind, content, size, ours, piece)
            at += _HEADER + size
        if at <= len(data):
            self._heads[ours] = data[at:]
        skip = max(at - len(data), 0)
        if piece.missing > skip:
            self._lost.add(ours)
        self._skips[ours] = max(skip - piece.missing, 0)

    def _record(self, kind: int, content: bytes, size: int, ours: bool, piece: Piece) -> None:
        if kind == _APPLICATION:
            self._encrypts.add(ours)
            self.is_under_way = len(self._encrypts) == 2
        elif kind == _ALERT and size == 2 and self.alert is None and content[1] != 0:
            self.alert = Alert(ours, content[1], piece.frame.number)
        elif kind not in (20, _ALERT, _HANDSHAKE, 24):
            self._lost.add(ours)
