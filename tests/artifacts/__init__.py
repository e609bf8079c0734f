"""Boots that are kept."""
