"""Staff and maintainers: how they prove who they are."""
