"""Read PDF files strictly and in bounded time."""
