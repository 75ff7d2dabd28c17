"""Every figure with its bar and its peer in the same run: `make bench`."""
