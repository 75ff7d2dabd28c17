"""Card readers, card profiles, and the types in which every device reports its health.

The lowest of the four packages. It imports neither the others nor Qt, so another project can use it
without them.
"""
