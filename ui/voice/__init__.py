"""The voice: the sentences of each page, and the process that speaks them."""
