"""Capture files, in and out.

``reading.read`` makes a `Capture` of anybody's file, for every command that reads one: ``file``
takes the file apart, whatever program wrote it (``unpacking``, ``pcapng``, ``fcs``), and
``cooked`` gives frames of Linux's ``any`` the addresses that they had on the wire. ``writing``
writes one.
"""
