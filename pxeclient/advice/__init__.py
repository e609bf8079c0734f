"""What to change on servers: every cure once, for findings and for errors alike.

A cure has a name, which findings and errors refer to, words for whatever server it is, and lines
in the servers' own configuration languages (``*.toml``). `fill` puts names and addresses, and what
an architecture needs, in the places of its placeholders.
"""

from __future__ import annotations

from pxeclient.advice.catalogue import Cure, catalogue
from pxeclient.advice.filling import PLACES, fill, own_name, places_for
from pxeclient.advice.servers import Server

__all__ = ["PLACES", "Cure", "Server", "catalogue", "fill", "own_name", "places_for"]
