"""Card readers, card profiles and the words in which every device tells its health.

The lowest of the four packages: it imports nothing of the others and no Qt, so that
another project could take it as it is.
"""
