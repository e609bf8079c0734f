"""Checking servers: a suite says what machines should get from them, and each word is tried.

`reading` makes a suite of a TOML file, `wires` lends the network, `running` boots and probes,
`judging` holds a boot against what was expected, and the ``as_*`` modules show the results.
A case is either a boot of a firmware, or a probe: a question that no firmware asks, but that
tells what another firmware, a relay or another architecture would meet.
"""
