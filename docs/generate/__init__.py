"""Writes `docs/reference/` and the sample configuration from the declarations in the code.

`make docs` writes the files, `make lint` checks them. The generator is no part of the product.
"""
