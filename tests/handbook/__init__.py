"""The documentation: its pages, its links, and how it is shown."""
