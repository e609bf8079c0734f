"""Many boots as one web page: a table of what came of them, and each one's story below it.

`render` makes it; `values` is what a suite, a matrix or a folder of kept boots is made into.
"""

from __future__ import annotations

from pxeclient.report.page.drawing import render
from pxeclient.report.page.values import Line, Link, Look, Page, Story, Told

__all__ = ["Line", "Link", "Look", "Page", "Story", "Told", "render"]
