"""Threads that talk to the platform, the journal and the printer."""
