"""The session: one pure table from (state, event, now) to (state, effects). No I/O, no clock."""
