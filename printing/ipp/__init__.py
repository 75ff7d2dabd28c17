"""IPP to the device itself: states, supplies and page counts as the printer tells them.

For the printer's watcher and `station diagnose`; cupsd is not asked here, because its states and
counts were measured to be late or wrong.
"""
