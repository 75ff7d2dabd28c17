"""Leaves dates, amounts and numbers to the synthesiser, and separates the digits of codes.

For the speech process: languages without a module of their own here.
"""

from __future__ import annotations


def written_out(text: str) -> str:
    """Return the text unchanged."""
    return text


def digits(text: str) -> str:
    """Return each letter and digit on its own: ``3021`` as ``3 0 2 1``."""
    return " ".join(each for each in text if each.isalnum())


def phone(text: str) -> str:
    """Return a phone number digit by digit."""
    return digits(text)
