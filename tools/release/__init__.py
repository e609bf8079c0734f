"""What a release is made of, and the proof that each part of it can be installed: ``make dist``."""
