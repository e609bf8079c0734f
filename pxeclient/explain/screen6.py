"""What EDK II shows where a boot over IPv6 ends, as recorded with OVMF and AAVMF 2022.11.

Codes are the machine's own; they are said only of a client whose messages are EDK II's.
"""

from __future__ import annotations

E07 = "PXE-E07: Network device error."
E16 = "PXE-E16: No valid offer received."
E18 = "PXE-E18: Server response timeout."
E21 = "PXE-E21: Remote boot cancelled."
E23 = "PXE-E23: Client received TFTP error from server."
E53 = "PXE-E53: No boot filename received."
E99 = "PXE-E99: Unexpected network error."
HTTP_CANCELLED = "Error: Remote boot cancelled."
HTTP_UNEXPECTED = "Error: Unexpected network error."
HTTP_TIMEOUT = "Error: Server response timeout."
