"""Recordings of what runs after the firmware, told and held against what they came to."""
