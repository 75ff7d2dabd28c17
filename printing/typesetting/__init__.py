"""Typeset documents: choose fonts, break lines, set tables and pages, write the PDF file."""
