"""Follows docs/trial.md in a new Debian tree; by hand, see `in-fresh-debian`."""
