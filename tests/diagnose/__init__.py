"""Every finding: a boot that shows it, and one much like it that does not."""
