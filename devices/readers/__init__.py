"""Card readers: their common interface, and each kind of reader (PC/SC, SAM_V, simulated)."""
