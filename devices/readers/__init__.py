"""Card readers: what every reader is, and each kind (PC/SC, SAM_V, simulated)."""
