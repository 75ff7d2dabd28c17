"""The check of a sealed document, and the copy of it that the screen shows."""
