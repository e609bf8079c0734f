"""MTFTP: Intel's multicast TFTP (PXE 2.1), by a firmware's traits."""
