"""The command `station`, run as a process, as its users run it."""
