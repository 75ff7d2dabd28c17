"""The commands of `station` that need no screen, one a file. Each gives its exit code."""
