"""DHCP as a ROM speaks it: discovery, request, the lease, and the messages themselves."""
