"""Clients that boot from a network in a way of their own, of which there is no profile: U-Boot,
Raspberry Pi, SLOF. Who they are is told by their own messages; nothing here emulates them."""

from pxeclient.clients.naming import Client, NamedClient, named

__all__ = ["Client", "NamedClient", "named"]
