"""Boots on a live network, told as they end: the reading of `seen`, the words of `explain`.

`room.Room` takes frames and the time, and gives events. It has no second notion of what a boot is:
what it keeps of a machine is handed to `explain` when something may have ended.
"""
