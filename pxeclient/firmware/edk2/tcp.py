"""EDK II's TcpDxe, as HttpDxe sets it up."""

from __future__ import annotations

from collections.abc import Mapping

from pxeclient.decisions import Evidence, Known
from pxeclient.stack.tcp.traits import Acks, Ends, Numbers, TcpTraits
from pxeclient.wire.tcp import MSS

TCP = TcpTraits(
    syn_options=(MSS,),
    mss=1460,
    window_scale=0,
    room=65535,
    window_shrinks=True,
    syn_window=65535,
    most_payload=1460,
    heeds_mss=True,
    syn_waits=(3.0, 6.0, 12.0, 24.0, 15.0),
    data_waits=(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, *[60.0] * 7),
    tick=0.2,
    acks=Acks.EVERY_SECOND,
    ends=Ends.RESET,
    keepalive=0.0,
    timestamp_rate=0,
    timestamp_step=1,
    numbers=Numbers.COUNTED,
)

_SEEN = Known(Evidence.OBSERVED, "recordings ovmf-virtio/h4-plain, h4-large, h4-no-length")
_OUTPUT = "edk2-stable202211 NetworkPkg/TcpDxe/TcpOutput.c"
_MISC = "edk2-stable202211 NetworkPkg/TcpDxe/TcpMisc.c"
_TIMER = "edk2-stable202211 NetworkPkg/TcpDxe/TcpTimer.c"

TCP_EVIDENCE: Mapping[str, Known] = {
    "syn_options": _SEEN,
    "mss": _SEEN,
    "window_scale": _SEEN,
    "room": _SEEN,
    "window_shrinks": Known(Evidence.OBSERVED, f"{_SEEN.where}; {_OUTPUT} (TcpRcvWinNow)"),
    "syn_window": _SEEN,
    "most_payload": Known(Evidence.SOURCE, f"{_OUTPUT} (TcpDataToSend)"),
    "heeds_mss": Known(Evidence.SOURCE, f"{_MISC} (TcpInitTcbPeer)"),
    "syn_waits": Known(Evidence.OBSERVED, "recording ovmf-virtio/h4-syn-drop; 60 s in all"),
    "data_waits": Known(
        Evidence.SOURCE, f"{_TIMER} (TcpRexmitTimeout); the first three in h4-data-drop"
    ),
    "tick": Known(Evidence.SOURCE, f"{_TIMER} (TcpTickingDpc)"),
    "acks": Known(Evidence.OBSERVED, f"{_SEEN.where}; {_OUTPUT} (TcpToSendAck)"),
    "ends": Known(Evidence.OBSERVED, "recordings ovmf-virtio/h4-plain, h4-no-length"),
    "keepalive": Known(Evidence.INFERRED, "none in h4-slow-head, nor elsewhere"),
    "timestamp_rate": _SEEN,
    "timestamp_step": _SEEN,
    "numbers": Known(Evidence.SOURCE, f"{_MISC} (TcpGetIss), TcpDispatcher.c (TcpBind)"),
}
"""How each of them is known."""
