"""The machine's network stack: ARP, IPv4, ICMP, IGMP and UDP, as a firmware's own does them."""
