"""What maintainers need: the PIN, the probes of `station diagnose`, the lock of the service."""
