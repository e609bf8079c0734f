"""EDK II and ICMP errors: only one about its own download ends a boot."""

from __future__ import annotations

from pxeclient.boot.policy import IcmpTold, IcmpUse
from pxeclient.decisions import Evidence, Known, Rule, Table, always
from pxeclient.firmware.edk2.sources import DHCP4, read, seen
from pxeclient.wire import icmp


def not_downloading(told: IcmpTold) -> bool:
    """no file is being fetched by TFTP"""
    return not told.downloading


def quotes_others(told: IcmpTold) -> bool:
    """it does not quote a datagram of this download, by its addresses and its ports"""
    return not told.quotes_us


def says_unreachable(told: IcmpTold) -> bool:
    """it is of type 3, with code 0, 1, 2 or 3: net, host, protocol or port unreachable"""
    return told.type == icmp.UNREACHABLE and told.code <= icmp.PORT_UNREACHABLE


_OTHERS = {
    (icmp.UNREACHABLE, icmp.FRAGMENTATION_NEEDED),
    *((icmp.TIME_EXCEEDED, code) for code in (0, 1)),
    *((icmp.PARAMETER_PROBLEM, code) for code in (0, 1)),
}


def says_something_else(told: IcmpTold) -> bool:
    """it is fragmentation needed (3/4), time exceeded (11) or parameter problem (12)"""
    return (told.type, told.code) in _OTHERS


ICMP_ERROR: Table[IcmpTold, IcmpUse] = Table(
    "icmp-error",
    "Somebody says that a packet could not be delivered: what now?",
    (
        Rule(
            "not-downloading",
            not_downloading,
            IcmpUse.IGNORE,
            "Nobody minds an ICMP error at this stage: EDK II asks again until its waits are over.",
            seen(f"{DHCP4}:1528-1557", "samehost-60-only-4011-icmp, proxy-60-only-4011-icmp"),
        ),
        Rule(
            "quotes-others",
            quotes_others,
            IcmpUse.IGNORE,
            "It quotes no datagram of this download, so EDK II gives it to nobody.",
            read("Udp4Dxe/Udp4Impl.c Udp4IcmpHandler, Udp4MatchDgram"),
        ),
        Rule(
            "unreachable",
            says_unreachable,
            IcmpUse.UNREACHABLE,
            "The server cannot be reached, and EDK II gives up at once.",
            read("Udp4Dxe/Udp4Impl.c:1811-1818"),
        ),
        Rule(
            "other-error",
            says_something_else,
            IcmpUse.ERROR,
            "An ICMP error of another kind ends the download, too.",
            read("Udp4Dxe/Udp4Impl.c:1811-1818, NetLib DxeIpIoLib.c:2107-2146"),
        ),
        Rule(
            "unknown-kind",
            always,
            IcmpUse.IGNORE,
            "EDK II is not known to mind ICMP errors of this kind.",
            Known(
                Evidence.INFERRED,
                "NetLib DxeIpIoLib.c names the kinds that reach TFTP; of these nothing is known",
            ),
        ),
    ),
)
