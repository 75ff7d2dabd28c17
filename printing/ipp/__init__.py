"""IPP requests to the device itself: its state, supplies and page counts as it reports them.

Used by the CUPS printer and `station diagnose`. cupsd is not asked here, because its states and
counts were measured to be late or wrong.
"""
