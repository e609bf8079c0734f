"""iPXE's TCP, of 2019 and of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pxeclient.decisions import Evidence, Known
from pxeclient.stack.tcp.traits import Acks, Ends, Numbers, TcpTraits
from pxeclient.wire.tcp import MSS, NOTHING, SACK_PERMITTED, TIMESTAMPS, WINDOW_SCALE

_N = NOTHING

TCP_2019 = TcpTraits(
    syn_options=(_N, _N, TIMESTAMPS, _N, _N, SACK_PERMITTED, _N, WINDOW_SCALE, MSS),
    mss=1460,
    window_scale=9,
    room=262144,
    window_shrinks=False,
    syn_window=65532,
    most_payload=1208,
    heeds_mss=False,
    syn_waits=(0.25, 0.5, 1.0, 2.0, 4.0, 8.0),
    data_waits=(0.25, 0.5, 1.0, 2.0, 4.0, 8.0),
    tick=0.0,
    acks=Acks.DEFERRED,
    ends=Ends.FIN,
    keepalive=15.0,
    timestamp_rate=1024,
    timestamp_step=56,
    numbers=Numbers.DRAWN,
)
TCP = replace(TCP_2019, room=2097152)
"""Of today."""

_SEEN = Known(Evidence.OBSERVED, "recordings ipxe-e1000e/i4-http-*, ipxe-head-e1000e/i4-http-*")
_SOURCE = "ipxe@0ab2277c4 src/net/tcp.c"

TCP_EVIDENCE: Mapping[str, Known] = {
    "syn_options": _SEEN,
    "mss": _SEEN,
    "window_scale": _SEEN,
    "room": _SEEN,
    "window_shrinks": _SEEN,
    "syn_window": _SEEN,
    "most_payload": Known(Evidence.SOURCE, "ipxe@0ab2277c4 src/include/ipxe/tcp.h:379"),
    "heeds_mss": Known(Evidence.SOURCE, f"{_SOURCE} (tcp_rx_opts)"),
    "syn_waits": Known(Evidence.OBSERVED, "recording ipxe-e1000e/i4-http-syn-drop; net/retry.c"),
    "data_waits": Known(Evidence.OBSERVED, "recording ipxe-e1000e/i4-http-data-drop; net/retry.c"),
    "tick": Known(Evidence.INFERRED, "BIOS ticks of 55 ms make each wait up to that longer"),
    "acks": Known(Evidence.SOURCE, f"{_SOURCE} (tcp_rx, tcp_xmit)"),
    "ends": Known(Evidence.SOURCE, f"{_SOURCE} (tcp_close, tcp_rx_fin)"),
    "keepalive": Known(Evidence.OBSERVED, "recording ipxe-e1000e/i4-http-stall"),
    "timestamp_rate": Known(Evidence.OBSERVED, "recording ipxe-e1000e/i4-http-stall"),
    "timestamp_step": Known(
        Evidence.OBSERVED, "all recordings of BIOS ROMs; what EFI builds have is not known"
    ),
    "numbers": Known(Evidence.SOURCE, f"{_SOURCE} (tcp_open, tcp_bind)"),
}
"""How each of them is known."""
