"""The certificates that the sandbox offers, by department."""
