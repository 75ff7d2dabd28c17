"""The look of every page: colours, sizes, fonts, icons, and line breaking."""
