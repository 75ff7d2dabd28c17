"""Documents, their seals, the printer, and the truth about what came out of it.

Knows devices' words of health, and nothing of the terminal or of Qt.
"""
