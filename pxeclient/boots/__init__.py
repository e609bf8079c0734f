"""Boots under way: the loop between a link and who sits on it, one machine or thousands."""
