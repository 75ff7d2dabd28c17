"""A journey through the real pages without a person: driver, pictures, result."""
