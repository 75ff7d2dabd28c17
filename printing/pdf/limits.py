"""The limits on PDF files that this terminal accepts."""

from __future__ import annotations

MAX_BYTES = 10 * 1024 * 1024
"""Largest file accepted: a 240-row list takes 0.1 MB, a scanned certificate 1 to 2 MB."""
