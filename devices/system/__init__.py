"""The machine under all packages: settings of a process, and HTTP within limits."""
