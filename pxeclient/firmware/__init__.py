"""How each family of firmwares decides: one module of decision tables per family."""
