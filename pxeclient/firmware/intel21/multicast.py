"""Intel's ROMs and multicast downloads: when they try one, and what follows if it fails."""

from __future__ import annotations

from pxeclient.boot.policy import FetchBy, Fetching
from pxeclient.decisions import Rule, Table, always
from pxeclient.firmware.intel21.sources import edk1


def multicast_failed(fetching: Fetching) -> bool:
    """a multicast download was begun and came to nothing"""
    return fetching.multicast_failed


def parameters_useless(fetching: Fetching) -> bool:
    """one of the parameters is zero, or has not its length"""
    return fetching.reply.mtftp is None


FETCH_BY: Table[Fetching, FetchBy] = Table(
    "fetch-by",
    "Option 43 has the parameters of a multicast download (1 to 5): how is the file fetched?",
    (
        Rule(
            "multicast-failed",
            multicast_failed,
            FetchBy.TFTP,
            "The multicast download came to nothing; the same server is asked for the file at its"
            " TFTP port instead.",
            edk1("pxe_bc_mtftp.c PxeBcMtftp"),
        ),
        Rule(
            "useless",
            parameters_useless,
            FetchBy.NOT,
            "A parameter of the multicast download is zero or malformed, and then not even TFTP is"
            " tried.",
            edk1("pxe_bc_mtftp.c PxeBcMtftp, which refuses zeros"),
        ),
        Rule(
            "mtftp",
            always,
            FetchBy.MTFTP,
            "All parameters of a multicast download are there.",
            edk1("pxe_loadfile.c DownloadFile (row R17)"),
        ),
    ),
)
