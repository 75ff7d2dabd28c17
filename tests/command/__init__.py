"""The command `station`, run as others run it: as a process."""
