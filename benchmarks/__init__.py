"""Measures every figure next to its bar and its peer in the same run: `make bench`."""
