"""Documents, their seals, printers, and print jobs with proof of what was printed.

Imports ``devices`` for health and faults. It must not import ``terminal``, ``ui`` or Qt.
"""
