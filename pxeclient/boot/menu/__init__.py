"""The boot menu: its prompt, its list, its keys, and the tables' questions about them."""
