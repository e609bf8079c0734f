"""pxeclient boots on a wire as a PXE firmware would, and says why it did or did not.

Rooms, each of which imports only from those before it:

* `wire`: packets. Bytes to frozen values and back, nothing else.
* `boot`: one boot attempt. Events go in, actions come out, ``now`` is an argument.
* `firmware`: how each family of firmwares decides: tables of rules with reason and source.
* `profile`: a firmware as data, from ``profiles/*.toml``.
* `practice`: scripted DHCP, ProxyDHCP and TFTP servers, for trying things without a network.
* `link`: the outside: sockets and the clock.
* `lab`: private networks for real servers; with `link` the only code that touches the outside.
* `diagnose`: what is wrong with the servers, told from a trace.
* `trace`, `report`, `run`, `cli`: what happened, how to show it, and who asks.

`ARCHITECTURE.md` tells the story of one boot through them.
"""

__version__ = "0.1.0"
