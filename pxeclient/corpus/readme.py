"""The text that lies beside the files of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pxeclient.corpus.purposes import MessagePurpose

_HEAD = """\
# What PXE firmwares send

{messages} messages of {profiles}, made by {generator}: test data for DHCP, ProxyDHCP and TFTP
servers. `manifest.json` (schema `{schema}`) lists them with all header fields; `index.tsv` has
the names of the binary files in a table, for languages without JSON.

pxeclient is an emulator. No message here was recorded; each was sent by an emulated firmware in a
boot on one of pxeclient's practice networks, which the manifest names (`situation`, `frame`).
How far it is what the real firmware sends stands with every message: `evidence.levels` counts how
the values behind it are known, `evidence.weakest` is the least certain, and `profiles[].values`
has each with its source. The same version of pxeclient makes the same files again.

## Files

`PROFILE/PURPOSE-NN.LAYER.bin` and the same as `.hex`, plain hexadecimal digits, 64 a line
(`xxd -r -p` reads them).

| layer | what it holds |
|---|---|
| `frame` | the Ethernet frame without its checksum trailer, with padding |
| `ip-packet` | the IPv4 packet: what Ethernet carries, without padding |
| `ip-payload` | what the packet carries: UDP header and data, an IGMP or ICMP message |
| `udp-payload` | the DHCP or TFTP message |

ARP, EAPOL and IPv6 messages have a `frame` only.

## Messages
"""


def readme(manifest: dict[str, Any]) -> str:
    """The whole text."""
    return "\n".join(_lines(manifest)) + "\n"


def _lines(manifest: dict[str, Any]) -> Iterator[str]:
    profiles = manifest["profiles"]
    yield _HEAD.format(
        messages=len(manifest["messages"]),
        profiles=f"{len(profiles)} profile{'s' * (len(profiles) != 1)}",
        generator=manifest["generator"],
        schema=manifest["schema"],
    )
    names = [profile["name"] for profile in profiles]
    yield f"| purpose | {' | '.join(f'`{name}`' for name in names)} |"
    yield f"|---{'|---' * len(names)}|"
    for purpose in MessagePurpose:
        counts = [profile["purposes"].get(purpose, 0) for profile in profiles]
        if any(counts):
            yield f"| `{purpose}` | {' | '.join(str(count or '') for count in counts)} |"
    yield ""
    for profile in profiles:
        machine = profile["machine"]
        yield (
            f"* `{profile['name']}`: {profile['title']}; MAC {machine['mac']}, UUID"
            f" {machine['uuid']}, seed {machine['seed']}"
        )
        if unseen := profile["described_but_never_sent"]:
            what = ", ".join(unseen)
            yield f"  Its profile describes {what}, which it sent in none of the boots."
