"""The documentation as pages with names: for the terminal, the web pages and the manual alike.

Pages that people write are files (`written`); pages that follow from what the package knows, one
for each finding, code and practice network, are made when they are asked for (`made`). `Handbook`
has both, finds a page by what somebody calls it, and turns links between files into links between
pages. `terminal` shows a page as text.
"""

from __future__ import annotations

from pxeclient.handbook.handbook import Handbook
from pxeclient.handbook.model import Page, Section

__all__ = ["Handbook", "Page", "Section"]
