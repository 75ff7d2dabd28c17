"""The steps of the table: pure functions (state, event, now) to (state, effects), by subject."""
