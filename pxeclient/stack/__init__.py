"""The machine's network stack: ARP, IPv4, ICMP, IGMP, UDP and TCP, as a firmware has its own."""
