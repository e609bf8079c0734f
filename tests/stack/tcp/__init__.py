"""TCP of the machine's stack."""
