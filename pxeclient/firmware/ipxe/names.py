"""iPXE's DNS, of 2019 and of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pxeclient.decisions import Evidence, Known
from pxeclient.stack.resolver import Follows, ResolverTraits

NAMES_2019 = ResolverTraits(
    waits=(0.25, 0.5, 1.0, 2.0, 4.0, 8.0),
    tick=0.0,
    follows=Follows.CHAIN,
    most_aliases=32,
    takes_turns=False,
    new_ids=True,
    counted_ports=False,
    searches=True,
    any_source=True,
)
NAMES = replace(NAMES_2019, takes_turns=True, new_ids=False)
"""Of today."""

_SOURCE = "ipxe src/net/udp/dns.c"
_SILENT = Known(Evidence.OBSERVED, "recording ipxe-e1000e/i4-http-name-silent; net/retry.c")

NAMES_EVIDENCE: Mapping[str, Known] = {
    "waits": _SILENT,
    "tick": Known(Evidence.INFERRED, "BIOS ticks of 55 ms make each wait up to that longer"),
    "follows": Known(Evidence.SOURCE, f"{_SOURCE} (dns_xfer_deliver); i4-http-name-nx"),
    "most_aliases": Known(
        Evidence.INFERRED, "DNS_MAX_CNAME_RECURSION of a dns.h whose version is not known"
    ),
    "takes_turns": Known(
        Evidence.SOURCE, f"{_SOURCE}: today's on repeats; that of 2019 knows one server"
    ),
    "new_ids": Known(Evidence.OBSERVED, f"{_SILENT.where}; ipxe-head-e1000e/i4-http-name-nx"),
    "counted_ports": _SILENT,
    "searches": Known(Evidence.OBSERVED, "recording ipxe-e1000e/i4-http-name-search"),
    "any_source": Known(Evidence.INFERRED, "net/udp.c (udp_demux) compares its own end only"),
}
"""How each of them is known."""
