"""Bytes to frozen dataclasses and back: no state, no clock, no input or output.

Every ``parse`` raises only `WireError`; every message is byte-exact both ways, because
the order, the repeats and the padding of a packet are what identifies a firmware.
"""
