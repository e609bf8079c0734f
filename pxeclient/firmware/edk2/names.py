"""EDK II's DnsDxe, as HttpDxe asks it."""

from __future__ import annotations

from collections.abc import Mapping

from pxeclient.decisions import Evidence, Known
from pxeclient.stack.resolver import Follows, ResolverTraits

NAMES = ResolverTraits(
    waits=(2.0,),
    tick=1.0,
    follows=Follows.FIRST_ADDRESS,
    most_aliases=0,
    takes_turns=False,
    new_ids=True,
    counted_ports=True,
    searches=False,
    any_source=False,
)

_SOURCE = "edk2-stable202211 NetworkPkg/DnsDxe/DnsImpl.c"
_DNS = "recordings ovmf-virtio/h4-name-dns"
_SILENT = Known(Evidence.OBSERVED, f"{_DNS}-silent; {_SOURCE} (DnsOnTimerRetransmit)")

NAMES_EVIDENCE: Mapping[str, Known] = {
    "waits": _SILENT,
    "tick": _SILENT,
    "follows": Known(Evidence.OBSERVED, f"{_DNS}-cname, -cname-plain, -nx, -nx-soa, -empty-soa"),
    "most_aliases": Known(Evidence.SOURCE, f"{_SOURCE} (ParseDnsResponse): it follows none"),
    "takes_turns": Known(Evidence.SOURCE, f"{_SOURCE}: only the first server of option 6"),
    "new_ids": _SILENT,
    "counted_ports": _SILENT,
    "searches": Known(Evidence.INFERRED, "nothing in DnsDxe reads options 15 and 119"),
    "any_source": Known(Evidence.INFERRED, "its UDP instance has the server as its remote end"),
}
"""How each of them is known."""
