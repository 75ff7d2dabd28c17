"""The panel beside the demo's terminal."""
