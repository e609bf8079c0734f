"""What the exit status of ``pxeclient watch --once`` means: as of a boot, as far as it shows."""

from __future__ import annotations

from pxeclient.cli.exit_codes import OK, UNTOLD, exit_code
from pxeclient.explain.stop import Stop
from pxeclient.explain.story import ExplainedAttempt

_OF_WATCHED = {
    Stop.FETCHED: OK,
    Stop.NO_OFFER: 10,
    Stop.NOT_TAKEN: 12,
    Stop.NO_ACK: 11,
    Stop.NAK: 11,
    Stop.DECLINED: 11,
    Stop.PORT_4011_SILENT: 13,
    Stop.PORT_4011_CLOSED: 13,
    Stop.SEARCH_SILENT: 14,
    Stop.ARP_SILENT: 20,
    Stop.TFTP_SILENT: 20,
    Stop.UNREACHABLE: 20,
    Stop.TFTP_ERROR: 21,
    Stop.TFTP_STOPPED: 22,
    Stop.TFTP_ENDED_BY_CLIENT: 22,
}
"""Where no profile tells how the firmware ended, what the wire shows."""


def of_attempt(told: ExplainedAttempt) -> int:
    """The status for a boot that was watched: as `exit_code`, as far as it shows."""
    if told.trace.outcome is not None:
        return exit_code(told.trace)
    return _OF_WATCHED.get(told.ending.stop, UNTOLD)
