"""PDF files, read strictly and in bounded time."""
