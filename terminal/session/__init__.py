"""The session: a pure function from (state, event, now) to (state, effects). No I/O, no clock."""
