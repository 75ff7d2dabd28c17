"""Sentences that the page and the voice share."""
