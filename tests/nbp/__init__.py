"""What boot files are, by their octets."""
