"""What people publish instead of a capture: dumps, decodes and logs, read back into frames."""
