"""TCP as firmwares speak it: one connection, opened by us, without input or output."""
