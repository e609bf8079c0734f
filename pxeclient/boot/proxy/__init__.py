"""Who is asked besides the DHCP server: port 4011, and boot servers."""
