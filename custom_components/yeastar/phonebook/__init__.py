"""Names and numbers: contacts, forms of a number, destinations of the PBX."""
