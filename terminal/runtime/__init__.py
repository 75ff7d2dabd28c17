"""The running terminal: its parts, the event loop, the effects."""
