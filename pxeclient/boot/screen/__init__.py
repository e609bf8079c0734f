"""What the ROM writes on the machine's screen."""
