"""The machine's network stack, as a firmware has its own: ARP, IPv4, ICMP, IGMP, UDP, TCP, DNS."""
