"""Operator cards (staff and maintainers): read them, and personalise blank ones."""
