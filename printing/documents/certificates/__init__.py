"""Certificates: what each one states, and how it is set. The platform seals them."""
