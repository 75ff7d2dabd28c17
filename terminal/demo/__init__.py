"""The demo: an embedded sandbox, sample cards, and a printer that leaves PDFs."""
