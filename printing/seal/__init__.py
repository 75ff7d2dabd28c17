"""Verify sealed documents, and make the copy that the screen shows."""

DEMONSTRATION_MARK = "DEMONSTRATION"
"""Part of the subject of every certificate of the sandbox's authority."""
