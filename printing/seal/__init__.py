"""The check of a sealed document, and the copy of it that the screen shows."""

DEMONSTRATION_MARK = "DEMONSTRATION"
"""Part of the subject of every certificate of the sandbox's authority."""
