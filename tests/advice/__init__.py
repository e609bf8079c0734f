"""Tests of the cures."""
