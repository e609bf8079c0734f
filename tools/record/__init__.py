"""Recordings of real firmware: made anew, held against each other, stored once."""
