"""TFTP as a client speaks it (RFC 1350, 2347-2349, 7440), by a firmware's traits."""
