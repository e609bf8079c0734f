"""Clients that boot in a way of their own."""
