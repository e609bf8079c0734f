"""Machines through all their stages, and the programs that they run."""
