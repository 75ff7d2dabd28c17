"""For maintainers: the PIN, the probes of `station diagnose`, and the lock of the service."""
