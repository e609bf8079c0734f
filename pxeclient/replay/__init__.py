"""The servers of a recording, met by other clients than the recorded one: what comes of it."""
