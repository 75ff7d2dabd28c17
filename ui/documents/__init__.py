"""The pages of PDFs, drawn by QtPdf: in a worker process, or here for samples."""
