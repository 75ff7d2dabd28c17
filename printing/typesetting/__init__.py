"""Setting documents: fonts, lines, tables and pages, written as PDF."""
