"""Sensors and lights of the station: so far headset and presence, simulated."""
