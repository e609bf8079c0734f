"""Bytes to frozen values and back: no state, no clock, no input or output.

Every ``parse`` raises only `WireError`. DHCP messages are byte-exact both ways, because the
order, the repeats and the padding of their options are what identifies a firmware; of the
layers around them only the padding behind a message is dropped.
"""
