"""A network segment to practise on: scripted DHCP, ProxyDHCP, boot and TFTP servers.

No sockets, no clock, no chance: `network.PracticeNetwork` is given frames and `now`, and
gives frames back, so the same boot on the same network is the same to the last octet.
What the servers do is data: `scenario.by_name` loads one of the files in ``networks``.
"""
