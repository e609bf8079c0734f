"""What the codes and texts on a machine's screen mean, what causes them, and what cures them.

Which firmware prints which code for which failure is read from the profiles, so it cannot
differ from what a boot prints. What a failure means, and what to do, is in ``failures.toml``,
once for all firmwares, ``others.toml`` has the codes that no network can cause; the cures are
`pxeclient.advice`. Each entry says how well it is known, and from where.
"""
