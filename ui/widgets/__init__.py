"""The widgets of the pages. Each paints itself and can report the text that it painted."""
