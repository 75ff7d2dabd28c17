"""The commands of `station` that need no screen, one per file. Each returns its exit code."""
