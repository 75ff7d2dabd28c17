"""Certificates: the data of each one, and how it is typeset. The platform seals them."""
